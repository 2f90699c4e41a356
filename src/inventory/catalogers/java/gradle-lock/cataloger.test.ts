import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { gradleLock } from './cataloger.ts'

test('dependencies, those of tests and of the build marked', async () => {
  const text = `# This is a Gradle generated file for dependency locking.
com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath,testRuntimeClasspath
org.junit.jupiter:junit-jupiter:5.9.2=testCompileClasspath,testRuntimeClasspath
broken
empty=annotationProcessor
`
  const { packages, diagnostics } = await runCataloger(gradleLock, {
    'gradle.lockfile': text,
    'buildscript-gradle.lockfile': 'org.example:plugin:1.0=classpath\n',
  })
  expect(packages.map(({ name, version, notes }) => [`${name}:${version}`, ...(notes ?? [])])).toEqual([
    ['com.google.guava:guava:31.1-jre'],
    ['org.example:plugin:1.0', 'development'],
    ['org.junit.jupiter:junit-jupiter:5.9.2', 'development'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['GRADLE_LOCK_MALFORMED', 'line 4']])
})
