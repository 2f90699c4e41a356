// Wall time and peak memory of a command, its children included. Python's resource module has what Node does not: the peak of a child.

import { spawnSync } from 'node:child_process'

export interface Measured {
  readonly seconds: number
  readonly megabytes: number
  readonly status: number
}

const script = `
import json, os, resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(json.dumps([time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, done.returncode]))
`

/** Runs a command to its end, output thrown away. */
export function measure(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Measured {
  const result = spawnSync('python3', ['-c', script, ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  if (result.status !== 0) throw new Error(`python3 failed: ${result.stderr}`)
  const [seconds = 0, megabytes = 0, status = 0] = JSON.parse(result.stdout) as number[]
  // What failed early would look fast.
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`)
  return { seconds, megabytes, status }
}

/** The run of least time among several: what the machine can do when nothing else disturbs it. */
export function best(times: number, run: () => Measured): Measured {
  const runs = Array.from({ length: times }, run)
  return runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
}

/** Runs two commands in turn, so that what disturbs the machine disturbs both, and gives the medians of each. */
export function alternate(
  times: number,
  ours: () => Measured,
  peers: (() => Measured) | undefined,
): { readonly ours: Measured; readonly peers: Measured | undefined } {
  const runs = Array.from({ length: times }, () => ({ ours: ours(), peers: peers?.() }))
  const others = runs.flatMap((run) => run.peers ?? [])
  return {
    ours: median(runs.map((run) => run.ours)),
    peers: others.length === 0 ? undefined : median(others),
  }
}

/** Median time and median memory. */
export function median(runs: readonly Measured[]): Measured {
  const middle = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
  return {
    seconds: middle(runs.map((run) => run.seconds)),
    megabytes: middle(runs.map((run) => run.megabytes)),
    status: Math.max(...runs.map((run) => run.status)),
  }
}
