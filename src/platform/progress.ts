// Progress of long work, as events. The command line draws them; everything else may ignore them.

export interface ProgressTask {
  /** Sets how much is done, in the task's unit; `total` may become known late. */
  update(done: number, total?: number): void
  /** Ends the task. `outcome` defaults to `done`. Calling it again does nothing. */
  end(outcome?: 'done' | 'failed' | 'skipped', note?: string): void
}

export interface Progress {
  /** Begins a named piece of work. `total` in `unit`s, when it is known. */
  start(name: string, unit: 'bytes' | 'items', total?: number): ProgressTask
}

export const silentProgress: Progress = { start: () => ({ update: () => undefined, end: () => undefined }) }
