import { Command, Option } from 'commander'
import { expect, test } from 'vitest'
import { argumentOf, optionOf } from '../kit/suggestions.ts'
import { candidates } from './candidates.ts'

const root = new Command('windrow')
root
  .command('points')
  .summary('look')
  .addArgument(argumentOf('[metric]', 'which', ['revenue', 'events']))
  .addOption(optionOf('--by <tags>', 'tags', ['country', 'gender', 'none'], true))
  .addOption(new Option('--format <format>').choices(['table', 'json']))
  .option('--file <file>', 'a file')
  .option('--limit <n>', 'rows')
  .option('--open', 'open ones too')
const services = root.command('services')
services.command('up').addArgument(argumentOf('[names...]', 'which', ['kafka', 'mariadb']))
services.command('down')

const wordsFor = (line: string) => {
  const found = candidates(root, line.split(' '))
  return found === 'files' ? found : found.map(({ word }) => word)
}

test.each([
  ['', ['points', 'services']],
  ['po', ['points']],
  ['services ', ['up', 'down']],
  ['services up ', ['kafka', 'mariadb']],
  ['services up kafka m', ['mariadb']],
  ['points ', ['revenue', 'events']],
  ['points r', ['revenue']],
  ['points revenue ', []],
  ['points --limit 5 r', ['revenue']],
  ['points --open ', ['revenue', 'events']],
])('behind "%s" stand %j', (line, expected) => {
  expect(wordsFor(line)).toEqual(expected)
})

test('options are those of the command that are not there yet, and help', () => {
  expect(wordsFor('points revenue --open --')).toEqual([
    ...['--by', '--format', '--file', '--limit', '--help'],
  ])
  expect(wordsFor('points --f')).toEqual(['--format', '--file'])
})

test.each([
  ['points --format ', ['table', 'json']],
  ['points --format=j', ['--format=json']],
  ['points --by c', ['country']],
  ['points --by country,', ['country,gender', 'country,none']],
  ['points --by=country,g', ['--by=country,gender']],
  ['points --limit ', []],
  ['points --nothing=', []],
])('values of "%s" are %j', (line, expected) => {
  expect(wordsFor(line)).toEqual(expected)
})

test('files are left to the shell', () => {
  expect(wordsFor('points --file ')).toBe('files')
})
