// How the peers are had: by Maven, pip and npm, each into a directory of its own under .windrow/peers. What is there
// already is not asked for again.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { findJava } from '../../services/java.ts'
import { run, which } from '../../services/run.ts'
import type { InstallContext } from '../../services/service.ts'

const OLDEST_JAVA = 17
const JDK_AND_MAVEN =
  'Debian and Ubuntu: apt-get install openjdk-17-jdk-headless maven, macOS: brew install openjdk maven'
const SOURCES = import.meta.dirname

/** Where a system is installed and built. */
export const placeOf = (system: string): string => resolve('.windrow', 'peers', system)

export async function missingJava(): Promise<string | undefined> {
  const java = await findJava()
  const found = java === undefined ? 'no Java' : `Java ${java.major}`
  if (java === undefined || java.major < OLDEST_JAVA || which('javac') === undefined)
    return `needs a JDK ${OLDEST_JAVA} or newer, found ${found}${which('javac') ? '' : ' and no javac'}: ${JDK_AND_MAVEN}`
  return which('mvn') === undefined ? `needs Maven: ${JDK_AND_MAVEN}` : undefined
}

/** On two cores the parallel collector took less CPU than G1 of each of them. */
export const JVM_OPTIONS = ['-Xmx2g', '-XX:+UseParallelGC']

/** The command that starts Java. */
export const javaCommand = async (): Promise<string> => (await findJava())?.command ?? 'java'

/** Compiles the system's Java, if it has some, in `sources`; answers its class path. */
export async function maven(
  system: string,
  context: InstallContext,
  sources = join(SOURCES, system),
): Promise<string> {
  const place = placeOf(system)
  const classpath = join(place, 'classpath')
  const isCached = isSame(join(sources, 'pom.xml'), join(place, 'pom.xml')) && existsSync(classpath)
  const target = join(place, 'target')
  const answer = () =>
    `${join(target, 'classes')}${delimiter}${readFileSync(classpath, 'utf8').trim()}`
  if (isCached && isBuilt(place, sources)) return answer()
  mkdirSync(place, { recursive: true })
  await run(
    {
      label: `${system}: ${isCached ? 'builds' : 'downloads with Maven and builds'}`,
      command: which('mvn') ?? 'mvn',
      args: [
        ...['-q', '-B', ...(isCached ? ['-o'] : []), `-Dpeers.build=${target}`, 'compile'],
        ...(isCached ? [] : ['dependency:build-classpath', `-Dmdep.outputFile=${classpath}`]),
      ],
      cwd: sources,
      logFile: join(place, 'maven.log'),
    },
    context,
  )
  copyFileSync(join(sources, 'pom.xml'), join(place, 'pom.xml'))
  writeFileSync(join(place, 'built'), '')
  return answer()
}

/** Whether nothing was changed since it was built. */
function isBuilt(place: string, sources: string): boolean {
  const built = join(place, 'built')
  if (!existsSync(built)) return false
  const builtMs = statSync(built).mtimeMs
  return [sources, join(SOURCES, 'jvm')].every((directory) =>
    readdirSync(directory).every((name) => statSync(join(directory, name)).mtimeMs < builtMs),
  )
}

export async function missingPython(): Promise<string | undefined> {
  return which('python3') === undefined
    ? 'needs Python 3 with venv: apt-get install python3-venv, macOS: brew install python'
    : undefined
}

/** A virtual environment with what the system's requirements.txt names; answers its directory. */
export async function pip(system: string, context: InstallContext): Promise<string> {
  const place = placeOf(system)
  const venv = join(place, 'venv')
  const [wanted, got] = [join(SOURCES, system, 'requirements.txt'), join(place, 'requirements.txt')]
  if (isSame(wanted, got)) return venv
  rmSync(venv, { recursive: true, force: true })
  const logFile = join(place, 'pip.log')
  const step = (label: string, command: string, args: string[]) =>
    run({ label: `${system}: ${label}`, command, args, logFile }, context)
  await step('makes a virtual environment', which('python3') ?? 'python3', ['-m', 'venv', venv])
  await step('downloads with pip', join(venv, 'bin', 'pip'), ['install', '-q', '-r', wanted])
  copyFileSync(wanted, got)
  return venv
}

/** What the system's package.json names, with the program beside it; answers the directory. */
export async function npm(
  system: string,
  script: string,
  context: InstallContext,
): Promise<string> {
  const place = placeOf(system)
  mkdirSync(place, { recursive: true })
  copyFileSync(join(SOURCES, system, script), join(place, script))
  const [wanted, got] = [join(SOURCES, system, 'package.json'), join(place, 'package.json')]
  if (isSame(wanted, got) && existsSync(join(place, 'node_modules'))) return place
  copyFileSync(wanted, got)
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts']
  const logFile = join(place, 'npm.log')
  await run({ label: `${system}: npm install`, command: 'npm', args, cwd: place, logFile }, context)
  return place
}

const isSame = (a: string, b: string): boolean =>
  existsSync(b) && readFileSync(a, 'utf8') === readFileSync(b, 'utf8')
