// The `release` file at the top of a Java installation.
// https://openjdk.org/jeps/223 and the JDK's make/ReleaseFile.gmk

/** The product and version of the file; undefined when it is some other file of that name. */
export function readJavaRelease(
  text: string,
): { readonly name: string; readonly version: string } | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}="(?<value>[^"\\n]{1,100})"`, 'm').exec(text)?.groups?.['value']
  const version = value('JAVA_VERSION')
  if (version === undefined || !/^\d[\w.+-]*$/.test(version)) return undefined
  // GraalVM has versions of its own beside those of the Java in it.
  const isOracle =
    /^Oracle Corporation$/.test(value('IMPLEMENTOR') ?? '') && value('BUILD_TYPE') === 'commercial'
  return { name: isOracle ? 'oracle-jdk' : 'openjdk', version }
}
