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
  return { seconds, megabytes, status }
}

/** The run of least time among several: what the machine can do when nothing else disturbs it. */
export function best(times: number, run: () => Measured): Measured {
  const runs = Array.from({ length: times }, run)
  return runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
}
