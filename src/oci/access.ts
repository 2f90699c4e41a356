// Where to ask and as whom: the settings of registry access, and the hosts that come of them for one image.

import type { Repository } from './reference.ts'
import { canonicalHost } from './reference.ts'

/** Settings of registry access. */
export interface RegistryOptions {
  /** For every registry that a reference names; never shown to mirrors. Otherwise Docker's `config.json` and its helpers are asked. */
  readonly credentials?: { readonly username: string; readonly password: string }
  /** Path of Docker's `config.json`; by default `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`. */
  readonly dockerConfig?: string
  /** Hosts spoken to over plain http, `host` or `host:port`. Loopback addresses are always tried so. */
  readonly insecure: readonly string[]
  /** PEM file of further certificate authorities. */
  readonly certificateAuthority?: string
  /** Registry host -> mirrors asked first, `host[:port][/prefix]`, in order. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>
}

/** A repository to read from, and whether it is one that the reference named itself. */
export interface Source extends Repository {
  readonly mirror: boolean
}

/** The mirrors' repositories first, the repository itself last. */
export function sourcesOf(repository: Repository, options: RegistryOptions): readonly Source[] {
  const mirrors = Object.entries(options.mirrors)
    .filter(([host]) => canonicalHost(host) === repository.registry)
    .flatMap(([, hosts]) => hosts)
    .map((mirror) => {
      const bare = mirror.replace(/^https?:\/\//, '').replace(/\/+$/, '')
      const slash = bare.indexOf('/')
      const prefix = slash < 0 ? '' : `${bare.slice(slash + 1)}/`
      return {
        registry: canonicalHost(slash < 0 ? bare : bare.slice(0, slash)),
        repository: prefix + repository.repository,
        mirror: true,
      }
    })
  const { registry, repository: name } = repository
  return [...mirrors, { registry, repository: name, mirror: false }]
}

/** `https` but for hosts of this machine (`either`) and those that the user calls insecure. */
export function schemeOf(host: string, options: RegistryOptions): 'https' | 'http' | 'either' {
  const name = host.replace(/:\d+$/, '')
  if (options.insecure.some((one) => canonicalHost(one) === host || canonicalHost(one) === name))
    return 'http'
  return name === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(name) || name === '[::1]' ? 'either' : 'https'
}
