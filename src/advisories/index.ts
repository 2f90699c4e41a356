export { ensureAdvisories, recordAsked } from './ensure.ts'
export type { Ensured, EnsureOptions } from './ensure.ts'
export { createFeedClient } from './feeds/create-client.ts'
export { createNvdFeed } from './feeds/nvd/index.ts'
export { feeds } from './feeds/registry.ts'
export { starterFeed } from './feeds/starter/index.ts'
export type { FeedClient, FeedRequest, FeedResponse } from './feeds/client.ts'
export type {
  Feed,
  FeedContext,
  FeedPartState,
  FeedRecord,
  FeedScope,
  FeedUpdate,
  ProductCycle,
} from './feeds/feed.ts'
export type { PartOutcome } from './store/collect.ts'
export { generationCoverage, generationDiagnostics } from './store/coverage.ts'
export type { Coverage } from './store/coverage.ts'
export { diffGenerations, summarizeDiff } from './store/diff.ts'
export type { DiffSummary, GenerationDiff, RecordName, SignalKind } from './store/diff.ts'
export { advisoriesDir, findGeneration, listGenerations } from './store/generations.ts'
export type { GenerationSummary } from './store/generations.ts'
export { openAdvisories, openGeneration } from './store/open.ts'
export type { AdvisoryReader, AffectedEntry, FeedPartStatus, GenerationInfo } from './store/reader.ts'
export type { PackageManifest } from './store/package.ts'
export { pullGeneration, pushGeneration } from './store/registry.ts'
export type { PullOptions, Pushed, PushOptions } from './store/registry.ts'
export { readScope } from './store/scope.ts'
export { generateSigningKey } from './store/signature.ts'
export type { KeyPair, Signer } from './store/signature.ts'
export { exportGeneration, importGeneration } from './store/transfer.ts'
export type { Exported, ExportOptions, Imported, ImportOptions } from './store/transfer.ts'
export { verifyGeneration } from './store/verify.ts'
export type { Verification } from './store/verify.ts'
export { syncFeeds } from './sync.ts'
export type { SyncOptions, SyncResult } from './sync.ts'
