// Names and versions out of what Maven, build tools and people put into archives and file names.

import { child, childText, parseXml } from '../xml.ts'

/** A Maven coordinate. `group` is absent where nothing tells it. */
export interface Coordinate {
  readonly group?: string
  readonly artifact: string
  readonly version: string
}

const part = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/
const versionForm = /^[A-Za-z0-9][\w.+-]{0,99}$/

/** The coordinate of a pom.properties; undefined when one of its parts is missing, or is a variable that nobody filled in. */
export function parsePomProperties(text: string): Coordinate | undefined {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.search(/[=:]/)
    const key = line.slice(0, Math.max(0, at)).trim()
    if (!values.has(key)) values.set(key, line.slice(at + 1).trim())
  }
  return coordinate(values.get('groupId'), values.get('artifactId'), values.get('version'))
}

/** The same from a pom.xml; group and version may be the parent's. */
export function parsePomXml(text: string): Coordinate | undefined {
  const project = parseXml(text)
  if ('problem' in project) return undefined
  const parent = child(project, 'parent')
  return coordinate(
    childText(project, 'groupId') ?? childText(parent, 'groupId'),
    childText(project, 'artifactId'),
    childText(project, 'version') ?? childText(parent, 'version'),
  )
}

function coordinate(
  group: string | undefined,
  artifact: string | undefined,
  version: string | undefined,
): Coordinate | undefined {
  if (group === undefined || artifact === undefined || version === undefined) return undefined
  return part.test(group) && part.test(artifact) && versionForm.test(version)
    ? { group, artifact, version }
    : undefined
}

/** The main section of a manifest. https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#jar-manifest */
export function parseManifest(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const main = text.replaceAll('\r\n', '\n').split(/\n\n/, 1)[0] ?? ''
  for (const line of main.replaceAll(/\n /g, '').split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0 && !fields.has(line.slice(0, colon)))
      fields.set(line.slice(0, colon), line.slice(colon + 2).trim())
  }
  return fields
}

/** `commons-collections-3.2.2.jar` is commons-collections 3.2.2; without a number the whole is the name. */
export function parseFileName(
  path: string,
): { readonly artifact: string; readonly version?: string } | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const file = name.slice(0, Math.max(0, name.lastIndexOf('.')))
  // Names inside of archives can be as long as their makers like.
  if (file.length > 255) return undefined
  // Debian's `log4j-1.2-1.2.17`: the line of versions is part of the name.
  const line = /^(?<artifact>[A-Za-z_].*?-(?<line>\d+(?:\.\d+)*))-(?<version>\k<line>\.[\w.+-]+)$/.exec(
    file,
  )?.groups
  if (line?.['artifact'] !== undefined && line['version'] !== undefined && part.test(line['artifact'])) {
    return { artifact: line['artifact'], version: line['version'] }
  }
  const found = /^(?<artifact>[A-Za-z_].*?)[-_]v?(?<version>\d+(?:\.\d+)*[\w.+-]*)$/.exec(file)?.groups
  if (found?.['artifact'] !== undefined && found['version'] !== undefined && part.test(found['artifact'])) {
    return { artifact: found['artifact'], version: found['version'] }
  }
  return part.test(file) ? { artifact: file } : undefined
}

/**
 * What the place in a Maven repository tells: `repository/org/example/lib/1.2/lib-1.2.jar` is org.example:lib 1.2.
 * https://maven.apache.org/repository/layout.html
 */
function fromRepository(path: string): Coordinate | undefined {
  const parts = path.slice(path.lastIndexOf('!/') + 1).split('/')
  const root = parts.findLastIndex((one) => one === 'repository' || one === 'maven-repo' || one === 'maven2')
  const [artifact, version, file] = parts.slice(-3)
  const group = parts.slice(root + 1, -3).join('.')
  if (root < 0 || artifact === undefined || version === undefined || !/^\d/.test(version)) return undefined
  return file?.startsWith(`${artifact}-${version}`) === true
    ? coordinate(group, artifact, version)
    : undefined
}

/** What an archive without Maven's files most likely is, by its manifest and its file name. */
export function derive(path: string, manifest: ReadonlyMap<string, string>): Coordinate | undefined {
  const placed = fromRepository(path)
  if (placed !== undefined) return placed
  const file = parseFileName(path)
  const version = [
    file?.version,
    ...['Implementation-Version', 'Bundle-Version', 'Specification-Version'].map((key) => manifest.get(key)),
  ].find(
    (candidate) =>
      candidate !== undefined && /^v?\d(?!.*\.x$)/.test(candidate) && versionForm.test(candidate),
  )
  if (version === undefined) return undefined
  const bundle = manifest.get('Bundle-SymbolicName')?.split(';')[0]?.trim() ?? ''
  const candidates = [file?.artifact, manifest.get('Implementation-Title'), bundle]
    .filter((name): name is string => name !== undefined && part.test(name))
    .map((name) => name.replace(/(?<=[a-z])\d?-\d[\d.x]*$/, ''))
  for (const name of candidates) {
    const known = knownGroup(name)
    if (known !== undefined) return { ...known, version }
  }
  const artifact = file?.artifact ?? candidates[0]
  if (artifact === undefined) return undefined
  const group = groupFrom(artifact, bundle, manifest.get('Implementation-Vendor-Id'))
  return { ...(group === undefined ? {} : { group }), artifact, version }
}

// `com.fasterxml.jackson.core.jackson-databind` names group and artifact; many vendors state their group apart.
function groupFrom(artifact: string, bundle: string, vendor: string | undefined): string | undefined {
  if (bundle.endsWith(`.${artifact}`)) return bundle.slice(0, -artifact.length - 1)
  if (vendor !== undefined && /^[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+$/i.test(vendor)) return vendor
  return undefined
}

/**
 * Libraries that are often packed without Maven's files (by Ant, by distributions), by the names their files have. Only names that are
 * unmistakable.
 */
const known: readonly { readonly name: RegExp; readonly group: string; readonly artifact?: string }[] = [
  {
    name: /^spring-(?:aop|aspects|beans|context|context-support|core|expression|jdbc|jms|messaging|orm|oxm|test|tx|web|webflux|webmvc|websocket)$/,
    group: 'org.springframework',
  },
  { name: /^jackson-(?:annotations|core|databind)$/, group: 'com.fasterxml.jackson.core' },
  { name: /^log4j-(?:api|core|1\.2-api|slf4j-impl|web|jul|jcl)$/, group: 'org.apache.logging.log4j' },
  { name: /^log4j(?:-1\.2)?$/, group: 'log4j', artifact: 'log4j' },
  { name: /^commons-collections3?$/, group: 'commons-collections', artifact: 'commons-collections' },
  {
    name: /^commons-(?:beanutils|cli|codec|configuration|dbcp|digester|fileupload|httpclient|io|jxpath|lang|logging|net|pool|validator)$/,
    group: '',
  },
  { name: /^commons-(?:compress|text|configuration2|email|csv|imaging|bcel)$/, group: 'org.apache.commons' },
  { name: /^commons-(?:collections4|lang3|dbcp2|pool2|math3)$/, group: 'org.apache.commons' },
  { name: /^logback-(?:access|classic|core)$/, group: 'ch.qos.logback' },
  { name: /^slf4j-(?:api|simple|log4j12|jdk14|nop)$/, group: 'org.slf4j' },
  { name: /^(?:xercesImpl|xmlParserAPIs)$/, group: 'xerces' },
  { name: /^(?:xalan|serializer)$/, group: 'xalan' },
  {
    name: /^bc(?:prov|pkix|pg|mail|util|tls)-(?:jdk15on|jdk18on|jdk15to18|jdk14)$/,
    group: 'org.bouncycastle',
  },
  { name: /^asm(?:-(?:analysis|commons|tree|util|xml))?$/, group: 'org.ow2.asm' },
  { name: /^h2$/, group: 'com.h2database' },
  { name: /^hsqldb$/, group: 'org.hsqldb' },
  { name: /^postgresql$/, group: 'org.postgresql' },
  { name: /^mysql-connector-java$/, group: 'mysql' },
  { name: /^mysql-connector-j$/, group: 'com.mysql' },
  { name: /^mariadb-java-client$/, group: 'org.mariadb.jdbc' },
  { name: /^fastjson$/, group: 'com.alibaba' },
  { name: /^gson$/, group: 'com.google.code.gson' },
  { name: /^guava$/, group: 'com.google.guava' },
  { name: /^protobuf-java$/, group: 'com.google.protobuf' },
  { name: /^snakeyaml$/, group: 'org.yaml' },
  { name: /^(?:dom4j)$/, group: 'org.dom4j' },
  { name: /^jdom2?$/, group: 'org.jdom' },
  { name: /^xstream$/, group: 'com.thoughtworks.xstream' },
  { name: /^netty-(?:all|buffer|codec|codec-http|codec-http2|common|handler|transport)$/, group: 'io.netty' },
  { name: /^jetty-(?:server|http|io|util|servlet|webapp|security)$/, group: 'org.eclipse.jetty' },
  { name: /^tomcat-embed-(?:core|el|websocket|jasper)$/, group: 'org.apache.tomcat.embed' },
  { name: /^struts2-core$/, group: 'org.apache.struts' },
  { name: /^(?:velocity|velocity-engine-core)$/, group: 'org.apache.velocity' },
  { name: /^shiro-(?:core|web|spring)$/, group: 'org.apache.shiro' },
  { name: /^hibernate-core$/, group: 'org.hibernate' },
  { name: /^httpclient$|^httpcore$|^httpmime$/, group: 'org.apache.httpcomponents' },
]

function knownGroup(name: string): { readonly group: string; readonly artifact: string } | undefined {
  const found = known.find((one) => one.name.test(name))
  if (found === undefined) return undefined
  // Apache's oldest libraries have a group of their own name.
  return { group: found.group === '' ? name : found.group, artifact: found.artifact ?? name }
}
