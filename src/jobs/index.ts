export { openQueue } from './queue.ts'
export type { EnqueueOptions, Job, JobKind, JobQueue, QueueOptions } from './queue.ts'
