import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { githubWorkflows } from './cataloger.ts'

const text = `name: ci
on: push
jobs:
  build:
    steps:
      - uses: actions/checkout@v4.1.0
      - uses: github/codeql-action/init@v2
      - uses: ./local
      - uses: docker://alpine:3
      - uses: tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67
      - run: "echo uses: x/y@v1"
  call:
    uses: Org/Repo/.github/workflows/x.yml@v1
`

test('actions of steps and jobs that name a version', async () => {
  const { packages, diagnostics } = await runCataloger(
    githubWorkflows,
    { '.github/workflows/ci.yml': text },
    { mode: 'project' },
  )
  expect(packages.map(({ name, version, state }) => [name, version, state])).toEqual([
    ['actions/checkout', 'v4.1.0', 'declared'],
    ['github/codeql-action', 'v2', 'declared'],
    ['org/repo', 'v1', 'declared'],
  ])
  expect(diagnostics.map(({ code, level, message }) => [code, level, message])).toEqual([
    [
      'WORKFLOW_VERSIONS_UNKNOWN',
      'info',
      '1 actions are named by branch or commit: their version cannot be told',
    ],
  ])
})

test('what is no YAML is said to be unread', async () => {
  const { diagnostics } = await runCataloger(githubWorkflows, { '.github/workflows/ci.yml': 'a: [' })
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['WORKFLOW_MALFORMED', 'error']])
})
