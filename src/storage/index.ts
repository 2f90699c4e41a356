export { describeSchema } from './schema.ts'
export { openStorage } from './storage.ts'
export type { Database, DatabaseTransaction, Storage, StorageOptions } from './storage.ts'
export type { Tables } from './tables.ts'
