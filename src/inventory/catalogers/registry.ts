// Every cataloger, one line each.

import type { Cataloger } from './cataloger.ts'
import { depsJson } from './dotnet/deps-json/cataloger.ts'
import { interpreters } from './generic/interpreters/cataloger.ts'
import { goBinary } from './go/binary/cataloger.ts'
import { javaArchive } from './java/archive/cataloger.ts'
import { nodeModules } from './javascript/node-modules/cataloger.ts'
import { apk } from './os/apk/cataloger.ts'
import { dpkg } from './os/dpkg/cataloger.ts'
import { osRelease } from './os/os-release/cataloger.ts'
import { rpm } from './os/rpm/cataloger.ts'
import { installedJson } from './php/installed-json/cataloger.ts'
import { distInfo } from './python/dist-info/cataloger.ts'
import { gemspec } from './ruby/gemspec/cataloger.ts'
import { rustAuditable } from './rust/auditable/cataloger.ts'

export const catalogers: readonly Cataloger[] = [
  osRelease,
  dpkg,
  apk,
  nodeModules,
  distInfo,
  rpm,
  gemspec,
  goBinary,
  rustAuditable,
  javaArchive,
  depsJson,
  installedJson,
  interpreters,
]
