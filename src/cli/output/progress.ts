// Progress bars on standard error, for people only: a pipe gets none.

import { cut, widthOf } from './table.ts'
import type { OutputStream } from '../io.ts'
import type { Clock, Progress, ProgressTask } from '../../platform/index.ts'
import { silentProgress } from '../../platform/index.ts'
import { printable } from './style.ts'
import type { Styles } from './style.ts'

const redrawMilliseconds = 100
const shownTasks = 8
const barWidth = 24

interface Task {
  readonly name: string
  readonly unit: 'bytes' | 'items'
  done: number
  total: number | undefined
}

/** A progress that draws one line per running task, and removes them all when `close` is called. */
export interface TerminalProgress extends Progress {
  close(): void
}

/** Draws on `stream` when it is a terminal; otherwise nothing is ever written. */
export function terminalProgress(stream: OutputStream, clock: Clock, style: Styles): TerminalProgress {
  if (stream.isTTY !== true) return { ...silentProgress, close: () => undefined }
  const running = new Set<Task>()
  let drawn = 0
  let last = 0

  const erase = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`)
  const draw = (force: boolean): void => {
    const now = clock.now().getTime()
    if (!force && now - last < redrawMilliseconds) return
    last = now
    const width = widthOf(stream)
    const lines = [...running].slice(0, shownTasks).map((task) => lineOf(task, width, style))
    if (running.size > shownTasks) lines.push(style.dim(`… and ${running.size - shownTasks} more`))
    stream.write(erase() + lines.map((line) => `${line}\n`).join(''))
    drawn = lines.length
  }

  return {
    start(name, unit, total): ProgressTask {
      const task: Task = { name, unit, done: 0, total }
      running.add(task)
      draw(false)
      return {
        update(done, newTotal) {
          task.done = done
          task.total = newTotal ?? task.total
          draw(false)
        },
        end() {
          if (running.delete(task)) draw(true)
        },
      }
    },
    close() {
      running.clear()
      if (drawn > 0) stream.write(erase())
      drawn = 0
    },
  }
}

function lineOf(task: Task, width: number, style: Styles): string {
  const amount = task.unit === 'bytes' ? humanBytes : (count: number) => String(count)
  const counts =
    task.total === undefined ? amount(task.done) : `${amount(task.done)} of ${amount(task.total)}`
  const name = cut(printable(task.name), Math.max(10, width - barWidth - 26), 'middle')
  if (task.total === undefined || task.total === 0) return `${name}  ${style.dim(counts)}`
  const filled = Math.min(barWidth, Math.round((task.done / task.total) * barWidth))
  return `${style.cyan('█'.repeat(filled))}${style.dim('░'.repeat(barWidth - filled))} ${name}  ${style.dim(counts)}`
}

/** `12.3 MB`, in powers of 1000. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`
}
