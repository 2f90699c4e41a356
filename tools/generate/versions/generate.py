#!/usr/bin/env python3
"""Writes src/versions/testdata/<scheme>.native.txt; see README.md."""

import collections
import glob
import json
import os
import random
import re
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, '../../../src/versions/testdata')
PAIRS = 3000
MUTATED = 1000
REFUSED = 200
LONGEST = 60


def occurring(feeds, ecosystems):
    """Version strings by package: neighbours within a package are the pairs that matter."""
    found = collections.defaultdict(set)
    for archive in sorted(glob.glob(os.path.join(feeds, 'osv-vulnerabilities.storage.googleapis.com/*/all.zip'))):
        with zipfile.ZipFile(archive) as records:
            for name in records.namelist():
                for affected in json.loads(records.read(name)).get('affected', []):
                    package = affected.get('package')
                    if package is None or package['ecosystem'].split(':')[0] not in ecosystems:
                        continue
                    versions = found[package['ecosystem'].split(':')[0] + package['name']]
                    versions.update(affected.get('versions', []))
                    for span in affected.get('ranges', []):
                        if span['type'] != 'GIT':
                            versions.update(value for event in span['events'] for value in event.values())
    def usable(version):
        # `0` is where advisories begin, and no version of the package.
        return version != '0' and 0 < len(version) <= LONGEST and version.isascii() and not any(c.isspace() for c in version)
    return {package: sorted(filter(usable, versions)) for package, versions in sorted(found.items())}


def pairs(by_package):
    """Neighbours in a package, neighbours among all versions as text, and some at random."""
    chance = random.Random(20261123)
    everything = sorted({version for versions in by_package.values() for version in versions})
    chosen = set()
    packages = [versions for versions in by_package.values() if len(versions) > 1]
    while len(chosen) < PAIRS // 2 and packages:
        versions = chance.choice(packages)
        chosen.add(tuple(chance.sample(versions, 2)))
        if chance.random() < 0.001:
            chance.shuffle(packages)
        if len(chosen) >= sum(len(v) * (len(v) - 1) for v in packages) // 2:
            break
    odd = [version for version in everything if not version.replace('.', '').isdigit()]
    while len(chosen) < PAIRS * 4 // 5:
        pool = odd if len(odd) > 100 and chance.random() < 0.7 else everything
        at = chance.randrange(len(pool) - 4)
        pair = [pool[at], pool[at + chance.randrange(1, 4)]]
        chance.shuffle(pair)
        chosen.add(tuple(pair))
    while len(chosen) < PAIRS:
        chosen.add(tuple(chance.sample(everything, 2)))
    return sorted(chosen)


def mutated(by_package, judge, pieces, allowed):
    """Pairs of versions with pieces put in or characters taken away, and some such texts that the tool refuses."""
    chance = random.Random(20261124)
    everything = sorted({version for versions in by_package.values() for version in versions})

    def change(version):
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(version) + 1)
            other = version[:at] + chance.choice(pieces) + version[at + chance.randrange(3):]
            if allowed.fullmatch(other):
                version = other
        return version

    families = [[first, change(first), change(first), change(first)] for first in chance.sample(everything, MUTATED)]
    texts = sorted({text for family in families for text in family if allowed.fullmatch(text)})
    accepted = {text for text, sign in zip(texts, judge([(text, text) for text in texts]), strict=True) if sign == '='}
    good = [sorted(set(family) & accepted) for family in families]
    near = [tuple(chance.sample(family, 2)) for family in good if len(family) > 1]
    refused = chance.sample(sorted(set(texts) - accepted), min(REFUSED, len(set(texts) - accepted)))
    return sorted(set(near)), [(text, text) for text in refused]


def lines_from(command, given, **options):
    """The judge reads `a b` lines and answers one sign per line."""
    text = ''.join(f'{a} {b}\n' for a, b in given)
    return subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.PIPE, **options).stdout.split('\n')[:-1]


def dpkg(given):
    def holds(a, operator, b):
        done = subprocess.run(['dpkg', '--compare-versions', a, operator, b], stderr=subprocess.PIPE, check=False)
        if done.stderr or done.returncode > 1:
            return None
        return done.returncode == 0
    for a, b in given:
        less = holds(a, 'lt', b)
        yield '?' if less is None else '<' if less else '=' if holds(a, 'eq', b) else '>'


def rpm(given):
    """rpm.vercmp reads epoch:version-release. Pairs of which only one has a release are left out: rpm calls them equal."""
    def has_release(text):
        return '-' in text
    asked = [(a, b) for a, b in given if has_release(a) == has_release(b) and a.isascii()]
    answers = {}
    for start in range(0, len(asked), 500):
        batch = asked[start:start + 500]
        code = ''.join(f'print(rpm.vercmp("{a}","{b}").."\\n")' for a, b in batch)
        done = subprocess.run(['rpm', '--eval', '%{lua:' + code + '}'], text=True, check=True, stdout=subprocess.PIPE)
        answers.update(zip(batch, map(float, done.stdout.split()), strict=True))
    for pair in given:
        order = answers.get(pair)
        yield None if order is None else '<' if order < 0 else '>' if order > 0 else '='


def semver(given):
    """Versions without minor or patch, which only we read, are left out."""
    whole = re.compile(r'[v=]*\d+\.\d+\.\d')
    for pair, sign in zip(given, lines_from(['node', os.path.join(HERE, 'judge-semver.ts')], given), strict=True):
        yield sign if all(map(whole.match, pair)) else None


def pep440(given):
    from packaging.version import InvalidVersion, Version
    for a, b in given:
        try:
            one, other = Version(a), Version(b)
        except InvalidVersion:
            yield '?'
            continue
        yield '<' if one < other else '>' if one > other else '='


def rubygems(given):
    return lines_from(['ruby', os.path.join(HERE, 'judge.rb')], given)


def maven(given):
    return lines_from(['java', '-cp', os.environ['MAVEN_ARTIFACT'], os.path.join(HERE, 'Judge.java')], given)


def packagist(given):
    return lines_from(['php', os.path.join(HERE, 'judge.php')], given)


JUDGES = {
    'dpkg': (dpkg, {'Debian', 'Ubuntu'}, 'dpkg'),
    'rpm': (rpm, {'AlmaLinux', 'Rocky Linux', 'Red Hat', 'SUSE'}, 'rpm'),
    'semver': (semver, {'npm', 'crates.io', 'Hex', 'Pub'}, 'node-semver'),
    'pep440': (pep440, {'PyPI'}, 'packaging'),
    'rubygems': (rubygems, {'RubyGems'}, 'Gem::Version'),
    'maven': (maven, {'Maven'}, 'ComparableVersion of Maven 3.9'),
    'packagist': (packagist, {'Packagist'}, 'composer/semver'),
}

# What is put into versions, and which texts are asked about. Not Maven's: its comparison contradicts itself for such.
MUTATIONS = {
    'dpkg': ('0 1 9 00 . - + ~ : a Z rc ~~ +b1 deb'.split(), re.compile('[0-9a-z~.][0-9A-Za-z.+~:-]{0,60}')),
    'rpm': ('0 1 9 00 . _ + ~ ^ a Z rc el9 ~~ ^^ ..'.split(), re.compile('([0-9]{1,3}:)?[\\w.+~^]+(-[\\w.+~^]+)?', re.ASCII)),
    'semver': ('0 1 9 - a Z rc .a .1 -rc.1 + +a alpha.beta'.split(), re.compile('\\d+\\.\\d+\\.\\d+(?!\\.|\\d)[\\w.+-]{0,40}', re.ASCII)),
    'pep440': ('0 1 9 00 . - _ + ! a b c rc v dev .dev1 post .post1 -1 +a.1'.split(), re.compile('[\\w.+!-]{1,60}', re.ASCII)),
    'rubygems': ('0 1 9 00 . - a Z rc .pre .0 .a.0'.split(), re.compile('[\\w.-]{1,60}', re.ASCII)),
    'packagist': ('0 1 . - a RC beta dev -dev p1 .x v @dev stable'.split(), re.compile('(?!.*\\d{5})(?!\\d{4})[\\w.@-]{1,60}', re.ASCII)),
}


def check(scheme):
    """Judges the table that was written by hand and prints what the tool sees otherwise."""
    with open(os.path.join(TABLES, f'{scheme}.txt'), encoding='utf-8') as file:
        lines = [line.rstrip('\n') for line in file if line.strip() and not line.startswith('#')]
    given = [(fields[0], fields[2] if len(fields) == 3 else fields[0]) for fields in map(str.split, lines)]
    for line, sign in zip(lines, JUDGES[scheme][0](given), strict=True):
        if sign is not None and sign != line.split(' ')[1]:
            print(f'{line}: {sign}')


def generate(scheme, feeds):
    judge, ecosystems, title = JUDGES[scheme]
    by_package = occurring(feeds, ecosystems)
    given = pairs(by_package)
    if scheme in MUTATIONS:
        near, refusals = mutated(by_package, judge, *MUTATIONS[scheme])
        given += near + refusals
    rows = []
    refused = set()
    for (a, b), sign in zip(given, judge(given), strict=True):
        if sign == '?':
            refused.update((a, b))
        elif sign is not None:
            rows.append(f'{a} {sign} {b}')
    # Which of the two was refused is told by comparing each with itself.
    alone = sorted(refused)
    for version, sign in zip(alone, judge([(version, version) for version in alone]), strict=True):
        if sign == '?':
            rows.append(f'{version} ?')
    target = os.path.join(TABLES, f'{scheme}.native.txt')
    with open(target, 'w', encoding='utf-8') as file:
        file.write(f'# Versions that occur, and some with pieces put in, judged by {title}; written by tools/generate/versions/generate.py.\n')
        file.writelines(f'{row}\n' for row in rows)
    signs = collections.Counter(row.split(' ')[1] for row in rows)
    print(f'{scheme}: {len(rows)} lines, {dict(signs)}')


def main():
    match sys.argv[1:]:
        case ['--check', scheme] if scheme in JUDGES:
            check(scheme)
        case [scheme, feeds] if scheme in JUDGES:
            generate(scheme, feeds)
        case _:
            sys.exit(f'usage: generate.py {"|".join(JUDGES)} FEEDS, or generate.py --check SCHEME')


main()
