// Which kernel a system boots: the only trace that a disk has of the one that runs.

/** The note of the packages that are the kernel in question. */
export const runningNote = 'kernel-running'

/**
 * The kernel's release out of grub's environment, `saved_entry=MACHINE-5.14.0-284.11.1.el9_2.x86_64`; undefined when it names an entry by
 * number or title.
 * https://uapi-group.org/specifications/specs/boot_loader_specification/
 */
export function kernelOfGrubenv(text: string): string | undefined {
  const entry = /^saved_entry=(?<entry>[^\s]{1,300})$/m.exec(text)?.groups?.['entry']
  return /^[0-9a-f]{32}-(?<release>\d[\w.+~^-]*)$/.exec(entry ?? '')?.groups?.['release']
}

/**
 * The kernel's release out of Debian's grub.cfg: that of the first entry, when that is the one that boots.
 * https://www.gnu.org/software/grub/manual/grub/grub.html
 */
export function kernelOfGrubCfg(text: string): string | undefined {
  if (!/^\s{0,8}set default="0"$/m.test(text)) return undefined
  const start = text.indexOf('\nmenuentry ')
  const entry = start < 0 ? '' : text.slice(start, start + 16_384)
  return /\s(?:linux|linux16|linuxefi)\s{1,8}\S{0,200}\/vmlinuz-(?<release>\d[\w.+~-]{0,100})/.exec(entry)
    ?.groups?.['release']
}
