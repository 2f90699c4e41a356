// Programs that say their own version in their text: what to look for in which files. Adding one is adding a row and a line in the test.

export interface Product {
  /** Name of the generic package. */
  readonly name: string
  /** Exact file names. */
  readonly files: readonly string[]
  /** Only below these paths, where the file name alone could be anything's. */
  readonly within?: RegExp
  /** Finds the version in the file's bytes as Latin-1 text; several spellings where releases differ. `{line}` becomes `line` of the file name. */
  readonly text: readonly RegExp[]
  /** Takes the release line out of the file name (`python3.11`), for texts that say a bare number. */
  readonly line?: RegExp
}

const numbered = (prefix: string, suffix: string, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${prefix}${line}${suffix}`)

const pythonLines = ['2.7', ...Array.from({ length: 20 }, (_, minor) => `3.${minor}`)]
/** The libraries' files carry the whole version; the names without it are links. */
const patches = Array.from({ length: 16 }, (_, patch) => patch.toString())
/** Debian has one program for each line, and links. */
const phpLines = ['7.0', '7.1', '7.2', '7.3', '7.4', '8.0', '8.1', '8.2', '8.3', '8.4', '8.5', '8']
const rubyLines = ['2.3', '2.4', '2.5', '2.6', '2.7', '3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '4.0']

export const products: readonly Product[] = [
  // process.release and the user agent of fetch
  {
    name: 'node',
    files: ['node', 'nodejs'],
    text: [/node\.js\/v(?<version>\d+\.\d+\.\d+)/, /\0v(?<version>\d+\.\d+\.\d+)\0https:\/\/nodejs\.org\//],
  },
  {
    name: 'python',
    files: [
      ...numbered('python', '', pythonLines),
      ...numbered('libpython', '.so.1.0', pythonLines),
      ...numbered('libpython', 'm.so.1.0', pythonLines),
    ],
    line: /python(?<line>\d\.\d+)/,
    // PY_VERSION stands alone between two zero bytes.
    text: [/\0(?<version>{line}\.\d+(?:(?:a|b|rc)\d+)?)\+?\0/],
  },
  {
    name: 'ruby',
    files: [
      'ruby',
      ...numbered('ruby', '', rubyLines),
      ...rubyLines.flatMap((line) => [
        ...numbered(`libruby.so.${line}.`, '', patches),
        ...numbered(`libruby-${line}.so.${line}.`, '', patches),
      ]),
    ],
    text: [
      /\0ruby (?<version>\d+\.\d+\.\d+)(?:p\d+|(?:dev|preview\d+|rc\d+))? ?\(/,
      /\0ruby (?<version>\d+\.\d+\.\d+)p?\d* /,
    ],
  },
  {
    name: 'php',
    files: [
      ...['php', 'php-fpm', 'php-cgi'].flatMap((name) => [name, ...numbered(name, '', phpLines)]),
      ...['', '7', ...phpLines].map((line) => `libphp${line}.so`),
    ],
    text: [/X-Powered-By: PHP\/(?<version>\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+)?)/],
  },
  {
    name: 'perl',
    files: ['perl', 'libperl.so'],
    text: [
      /\0(?:lib\/)?perl5?\/?(?<version>5\.\d+\.\d+)\0/,
      /\/perl5?\/(?<version>5\.\d+\.\d+)(?=[/\0])/,
      /\0v(?<version>5\.\d+\.\d+)\0/,
    ],
  },
  {
    name: 'nginx',
    files: ['nginx', 'openresty', 'angie'],
    text: [/\bnginx version: nginx\/(?<version>\d+\.\d+\.\d+)/, /\0nginx\/(?<version>\d+\.\d+\.\d+)\0/],
  },
  { name: 'httpd', files: ['httpd', 'apache2'], text: [/\bApache\/(?<version>2\.\d+\.\d+)/] },
  {
    name: 'haproxy',
    files: ['haproxy'],
    text: [/HA-?Proxy version (?<version>\d+\.\d+\.\d+)/, /\0(?<version>\d+\.\d+\.\d+)-[0-9a-f]{7,9}\0/],
  },
  // The version is followed by the host and the time of the build.
  {
    name: 'redis',
    files: ['redis-server', 'redis-cli'],
    text: [
      /\0redis-(?:server|cli) (?<version>\d+\.\d+\.\d+)\0/,
      /(?<version>\d{1,2}\.\d{1,2}\.\d{1,3})[a-z0-9]{6,20}-\d{19}/,
    ],
  },
  {
    name: 'memcached',
    files: ['memcached'],
    text: [/\bmemcached (?<version>1\.\d+\.\d+)/, /\0(?<version>1\.[4-9]\.\d+)\0/],
  },
  {
    name: 'postgresql',
    files: ['postgres', 'psql'],
    text: [/\(PostgreSQL\) (?<version>\d+\.\d+(?:\.\d+)?)/],
  },
  { name: 'mariadb', files: ['mariadbd', 'mysqld'], text: [/\b(?<version>1\d\.\d+\.\d+)-MariaDB/] },
  { name: 'mysql', files: ['mysqld'], text: [/\/mysql-(?<version>[589]\.\d+\.\d+)\//] },
  {
    name: 'openssl',
    files: [
      'openssl',
      ...numbered('libcrypto.so.', '', ['1.0.0', '1.0.2', '1.1', '3', '10', '4']),
      ...numbered('libssl.so.', '', ['1.0.0', '1.1']),
    ],
    text: [
      /\bOpenSSL (?<version>\d+\.\d+\.\d+[a-z]{0,2})(?:-[a-z][\w.]*)?(?: FIPS)? +\d{1,2} [A-Z][a-z]{2} 20\d\d/,
    ],
  },
  {
    name: 'curl',
    files: ['curl', ...numbered('libcurl.so.4.', '.0', patches)],
    text: [/\blibcurl\/(?<version>\d+\.\d+\.\d+)/],
  },
  { name: 'bash', files: ['bash'], text: [/@\(#\)Bash version (?<version>\d+\.\d+\.\d+)\(\d+\) release/] },
  {
    name: 'busybox',
    files: ['busybox', 'busybox.static', 'busybox.nosuid', 'busybox.suid'],
    text: [/\bBusyBox v(?<version>\d+\.\d+\.\d+)/],
  },
  { name: 'deno', files: ['deno'], text: [/\bDeno\/(?<version>\d+\.\d+\.\d+)/] },
  {
    name: 'wordpress',
    files: ['version.php'],
    within: /(?:^|\/)wp-includes\/version\.php$/,
    text: [/\$wp_version\s*=\s*'(?<version>\d+\.\d+(?:\.\d+)?)'/],
  },
  {
    name: 'erlang',
    files: ['OTP_VERSION'],
    within: /(?:^|\/)releases\/\d+\/OTP_VERSION$/,
    text: [/^(?<version>\d+(?:\.\d+)+)/],
  },
  // The toolchain; what it built says so itself.
  {
    name: 'go',
    files: ['VERSION'],
    within: /(?:^|\/)go\/VERSION$/,
    text: [/^go(?<version>\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)\s/],
  },
]
