// Every cataloger, one line each. The one that tells the distribution comes first: those after it get to know it.

import type { Cataloger } from './cataloger.ts'
import { bitnamiComponents } from './bitnami/components/cataloger.ts'
import { pubspecLock } from './dart/pubspec-lock/cataloger.ts'
import { depsJson } from './dotnet/deps-json/cataloger.ts'
import { packagesLock } from './dotnet/packages-lock/cataloger.ts'
import { mixLock } from './elixir/mix-lock/cataloger.ts'
import { interpreters } from './generic/interpreters/cataloger.ts'
import { githubWorkflows } from './github/workflows/cataloger.ts'
import { goBinary } from './go/binary/cataloger.ts'
import { goMod } from './go/mod/cataloger.ts'
import { haskellFreeze } from './haskell/freeze/cataloger.ts'
import { javaArchive } from './java/archive/cataloger.ts'
import { gradleLock } from './java/gradle-lock/cataloger.ts'
import { pom } from './java/pom/cataloger.ts'
import { nodeModules } from './javascript/node-modules/cataloger.ts'
import { packageLock } from './javascript/package-lock/cataloger.ts'
import { pnpmLock } from './javascript/pnpm-lock/cataloger.ts'
import { yarnLock } from './javascript/yarn-lock/cataloger.ts'
import { apk } from './os/apk/cataloger.ts'
import { bottlerocket } from './os/bottlerocket/cataloger.ts'
import { dpkg } from './os/dpkg/cataloger.ts'
import { osRelease } from './os/os-release/cataloger.ts'
import { rpm } from './os/rpm/cataloger.ts'
import { composerLock } from './php/composer-lock/cataloger.ts'
import { installedJson } from './php/installed-json/cataloger.ts'
import { distInfo } from './python/dist-info/cataloger.ts'
import { pythonLock } from './python/lock/cataloger.ts'
import { pipfileLock } from './python/pipfile-lock/cataloger.ts'
import { requirements } from './python/requirements/cataloger.ts'
import { rDescription } from './r/description/cataloger.ts'
import { renvLock } from './r/renv-lock/cataloger.ts'
import { gemfileLock } from './ruby/gemfile-lock/cataloger.ts'
import { gemspec } from './ruby/gemspec/cataloger.ts'
import { rustAuditable } from './rust/auditable/cataloger.ts'
import { cargoLock } from './rust/cargo-lock/cataloger.ts'
import { packageResolved } from './swift/package-resolved/cataloger.ts'

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
  packageLock,
  yarnLock,
  pnpmLock,
  requirements,
  pipfileLock,
  pythonLock,
  pom,
  gradleLock,
  gemfileLock,
  goMod,
  cargoLock,
  packagesLock,
  composerLock,
  pubspecLock,
  bottlerocket,
  bitnamiComponents,
  mixLock,
  packageResolved,
  githubWorkflows,
  rDescription,
  renvLock,
  haskellFreeze,
]
