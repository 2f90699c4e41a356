// The only file that reads environment variables.

/** The variable's value; undefined when it is not set or empty. */
export function environment(name: string): string | undefined {
  const value = process.env[name]
  return value === undefined || value === '' ? undefined : value
}
