// Kernels and their headers: packages whose advisories are about code that is not in them, or does not run here.

import type { ArtifactKind, Package } from '../model/index.ts'
import type { Reason } from './match.ts'

const headers: ReadonlyMap<string, RegExp> = new Map([
  [
    'deb',
    /^linux-(?:libc-dev|headers-|kbuild-|doc|source|compiler-|support-|config-|cloud-tools-common|aws-headers-|azure-headers-|gcp-headers-)/,
  ],
  [
    'rpm',
    /^kernel(?:[\d.]+)?-(?:headers|devel|doc|srpm-macros|rpm-macros|abi-stablelists|abi-whitelists)(?:-|$)|^kernel-(?:default|macros|docs)-devel$|^linux-glibc-devel$/,
  ],
  ['apk', /^linux-headers$/],
])

const kernels: ReadonlyMap<string, RegExp> = new Map([
  ['deb', /^linux-(?:image|modules|signed-image)(?:-|$)/],
  [
    'rpm',
    /^kernel(?:[\d.]+)?(?:-(?:core|modules|modules-core|modules-extra|modules-extra-common|default|default-base|rt|64k|uek|uek-core|uek-modules))*$/,
  ],
  ['apk', /^linux-(?:lts|virt|edge|rpi|stable)$/],
])

/** Sources of Debian's and Ubuntu's kernels; `linux-base` and `linux-atm` are others. */
const kernelSource =
  /^linux(?:$|-(?:signed|\d|aws|azure|gcp|gke|gkeop|hwe|ibm|intel|kvm|lowlatency|nvidia|oem|oracle|raspi|realtime|riscv)(?:-|\.|$|\d))/

/** True for packages that are a kernel or its modules. */
export function isKernel({ type, name }: Package): boolean {
  return kernels.get(type)?.test(name) === true
}

/**
 * Why a kernel's vulnerabilities do not concern this package: headers are text for compilers, and a container runs on the
 * kernel of its host. Undefined when they do.
 */
export function kernelExemption(item: Package, kind: ArtifactKind): Reason | undefined {
  if (headers.get(item.type)?.test(item.name) === true)
    return {
      code: 'KERNEL_HEADERS',
      message: `${item.name} has headers only; the kernel's code is not in it`,
    }
  if (isTool(item))
    return {
      code: 'KERNEL_TOOLS',
      message: `${item.name} is a program that is built along with the kernel; the kernel's code is not in it`,
    }
  if (kind === 'image' && isKernel(item))
    return {
      code: 'KERNEL_NOT_USED',
      message: 'a container runs on the kernel of its host, not on the one in its image',
    }
  return undefined
}

/** Judged by source, `linux-perf` and `bpftool` would have every flaw of the kernel. */
function isTool(item: Package): boolean {
  return item.type === 'deb' && kernelSource.test(item.source?.name ?? item.name) && !isKernel(item)
}
