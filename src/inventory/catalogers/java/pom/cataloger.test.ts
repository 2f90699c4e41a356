import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { pom } from './cataloger.ts'

const xml = `<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>app</artifactId>
  <properties><log4j.version>2.14.1</log4j.version><indirect>\${log4j.version}</indirect></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>g</groupId><artifactId>managed</artifactId><version>3</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>\${indirect}</version></dependency>
    <dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>\${project.groupId}</groupId><artifactId>sibling</artifactId><version>\${project.version}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>[4.12]</version><scope>test</scope></dependency>
    <dependency><groupId>g</groupId><artifactId>unknown</artifactId></dependency>
    <dependency><groupId>g</groupId><artifactId>range</artifactId><version>[1.0,2.0)</version></dependency>
  </dependencies>
</project>`

test('declared dependencies, their properties and managed versions filled in', async () => {
  const { packages, diagnostics } = await runCataloger(pom, { 'pom.xml': xml }, { mode: 'project' })
  expect(
    packages.map(({ name, version, state, notes }) => [`${name}:${version}`, state, ...(notes ?? [])]),
  ).toEqual([
    ['com.example:sibling:7', 'declared'],
    ['g:managed:3', 'declared'],
    ['junit:junit:4.12', 'declared', 'development'],
    ['org.apache.logging.log4j:log4j-core:2.14.1', 'declared'],
  ])
  expect(diagnostics.map(({ code, level, message }) => [code, level, message])).toEqual([
    ['POM_VERSIONS_UNKNOWN', 'info', '2 dependencies have no version that this file tells'],
  ])
})

test.each([
  ['<project>'],
  ['text'],
  ['<html></html>'],
  ['<!DOCTYPE x [<!ENTITY a "b">]><project>&a;</project>'],
  ['<a>'.repeat(1000)],
])('%.50s is said to be unread', async (text) => {
  const { packages, diagnostics } = await runCataloger(pom, { 'pom.xml': text })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['POM_MALFORMED', 'error']])
})

test('a property that names itself ends', async () => {
  const text = `<project><properties><a>\${a}\${a}</a></properties><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>\${a}</version></dependency></dependencies></project>`
  const { packages } = await runCataloger(pom, { 'pom.xml': text })
  expect(packages).toEqual([])
})
