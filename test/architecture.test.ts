/**
 * Which folder may import what, read from the sources: `core` decides and does nothing else, only `engine` orders
 * effects, and an implementation of a port knows the ports and itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

type Source = { readonly path: string; readonly text: string };

const root = new URL('..', import.meta.url);
const sources: readonly Source[] = ['src', 'infra', 'functions'].flatMap(filesOf).map((path) => ({
  path,
  text: readFileSync(new URL(path, root), 'utf8'),
}));

const importForms = [
  /^\s*import\s+[\w$*{}\s,]+?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"`]([^'"`]+)['"`]/g,
  /\brequire\(\s*['"`]([^'"`]+)['"`]/g,
];

/** Every specifier that a source imports, types too. */
const importsOf = ({ text }: Source): readonly string[] =>
  importForms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ''));

/** `./src/core/names.ts` for a file of ours, else the specifier as it stands. */
const targetOf = (source: Source, specifier: string): string =>
  specifier.startsWith('.') ? `./${posix.join(posix.dirname(source.path), specifier)}` : specifier;

const isNode = (target: string): boolean => target.startsWith('node:');
const isPackage = (target: string): boolean => !isNode(target) && !target.startsWith('.');
const isIn =
  (...folders: readonly string[]) =>
  (target: string): boolean =>
    folders.some((folder) => target.startsWith(`./src/${folder}/`));

type FolderRule = { readonly says: string; readonly allows: (target: string, path: string) => boolean };

const folderRules: Readonly<Record<string, FolderRule>> = {
  core: {
    says: 'core imports only core, and node:crypto for its digests',
    allows: (target, path) =>
      isIn('core')(target) || (target === 'node:crypto' && path === 'src/core/digest.ts'),
  },
  ports: { says: 'ports imports only core and ports', allows: isIn('core', 'ports') },
  engine: { says: 'engine imports only core, ports and engine', allows: isIn('core', 'ports', 'engine') },
  cost: {
    says: 'cost imports only core, config and cost',
    allows: isIn('core', 'config', 'cost'),
  },
  config: {
    says: 'config imports only core, ports, config, zod, yaml and what Node has',
    allows: (target) =>
      isIn('core', 'ports', 'config')(target) || ['zod', 'yaml'].includes(target) || isNode(target),
  },
  filemaker: {
    says: 'filemaker imports only core, ports, filemaker, packages and what Node has',
    allows: (target) => isIn('core', 'ports', 'filemaker')(target) || isPackage(target) || isNode(target),
  },
  state: {
    says: 'state imports only core, ports, state and what Node has; on AWS the SDK and zod too',
    allows: (target, path) =>
      isIn('core', 'ports', 'state')(target) ||
      isNode(target) ||
      (path.startsWith('src/state/aws/') && (target.startsWith('@aws-sdk/') || target === 'zod')),
  },
  setup: {
    says: 'setup imports only core, ports, setup and yaml',
    allows: (target) => isIn('core', 'ports', 'setup')(target) || target === 'yaml',
  },
  simulator: {
    says: 'simulator imports only core, the clock port, simulator, packages and what Node has',
    allows: (target) =>
      isIn('core', 'simulator')(target) ||
      target === './src/ports/clock.ts' ||
      isPackage(target) ||
      isNode(target),
  },
  composition: {
    says: 'composition imports anything of src but cli and the simulator, packages and what Node has',
    allows: (target) =>
      isIn('core', 'ports', 'engine', 'config', 'filemaker', 'state', 'composition')(target) ||
      isPackage(target) ||
      isNode(target),
  },
  console: {
    says: 'console imports only core, words, console, packages and what Node has; its page and its contract nothing of Node',
    allows: (target, path) =>
      isIn('core', 'console')(target) ||
      target === './src/composition/words.ts' ||
      isPackage(target) ||
      (isNode(target) && !/^src\/console\/(page|api)[/.]/.test(path)),
  },
  doctor: {
    says: 'doctor imports only core, ports, config, composition, filemaker, doctor, zod and what Node has',
    allows: (target) =>
      isIn('core', 'ports', 'config', 'composition', 'filemaker', 'doctor')(target) ||
      target === 'zod' ||
      isNode(target),
  },
  catalogue: {
    says: 'catalogue imports anything of src but cli and the simulator, and nothing else',
    allows: isIn(
      'core',
      'ports',
      'engine',
      'config',
      'filemaker',
      'state',
      'composition',
      'doctor',
      'catalogue',
    ),
  },
  cli: {
    says: 'cli imports only what lies in src, packages and what Node has',
    allows: (target) => isIn(...foldersOf(sources))(target) || isPackage(target) || isNode(target),
  },
};

type Checker = (source: Source) => readonly string[];

const within =
  (folder: string, { allows }: FolderRule): Checker =>
  (source) =>
    source.path.startsWith(`src/${folder}/`)
      ? importsOf(source)
          .filter((specifier) => !allows(targetOf(source, specifier), source.path))
          .map((specifier) => `${source.path} imports ${specifier}`)
      : [];

const onlyCliImportsCli: Checker = (source) =>
  source.path.startsWith('src/cli/')
    ? []
    : importsOf(source)
        .filter((specifier) => isIn('cli')(targetOf(source, specifier)))
        .map((specifier) => `${source.path} imports ${specifier}`);

const relativeImportsEndInTs: Checker = (source) =>
  importsOf(source)
    .filter((specifier) => specifier.startsWith('.') && !/\.tsx?$/.test(specifier))
    .map((specifier) => `${source.path} imports ${specifier}`);

const noDefaultExports: Checker = ({ path, text }) =>
  /^\s*export\s+default\b|\bas\s+default\b/m.test(text) ? [`${path} has a default export`] : [];

const mostLines = 350;
const notTooLong: Checker = ({ path, text }) => {
  const lines = text.trimEnd().split('\n').length;
  return lines > mostLines ? [`${path} has ${lines} lines`] : [];
};

const impure = /\bawait\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b/g;
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

const coreIsPure: Checker = ({ path, text }) =>
  path.startsWith('src/core/')
    ? [...withoutComments(text).matchAll(impure)].map(([what]) => `${path} has ${what}`)
    : [];

/** Beside `src`: the CDK app knows the configuration only, the functions everything but the command line. */
const infraImports: Checker = (source) =>
  source.path.startsWith('infra/')
    ? importsOf(source)
        .filter((specifier) => {
          const target = targetOf(source, specifier);
          const isOurs = target.startsWith('./infra/') || isIn('config', 'core')(target);
          return !isOurs && !isPackage(target) && !isNode(target);
        })
        .map((specifier) => `${source.path} imports ${specifier}`)
    : [];

const functionImports: Checker = (source) =>
  source.path.startsWith('functions/')
    ? importsOf(source)
        .filter((specifier) => {
          const target = targetOf(source, specifier);
          const isOurs =
            target.startsWith('./functions/') ||
            (target.startsWith('./src/') && !isIn('cli', 'simulator')(target));
          return !isOurs && !isPackage(target) && !isNode(target);
        })
        .map((specifier) => `${source.path} imports ${specifier}`)
    : [];

const rules: Readonly<Record<string, Checker>> = {
  'infra imports only config, core, packages and what Node has': infraImports,
  'functions import only functions, src but cli and the simulator, packages and what Node has':
    functionImports,
  ...Object.fromEntries(
    Object.entries(folderRules).map(([folder, rule]) => [rule.says, within(folder, rule)]),
  ),
  'nothing but cli imports cli': onlyCliImportsCli,
  'relative imports name the file with .ts or .tsx': relativeImportsEndInTs,
  'no file has a default export': noDefaultExports,
  [`no file is longer than ${mostLines} lines`]: notTooLong,
  'core neither waits nor reads a clock nor draws lots': coreIsPure,
};

function filesOf(folder: string): readonly string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')));
}

function foldersOf(of: readonly Source[]): readonly string[] {
  const inSource = of.filter(({ path }) => path.startsWith('src/'));
  return [...new Set(inSource.map(({ path }) => path.split('/')[1] ?? ''))].toSorted();
}

describe('the sources', () => {
  test.each(Object.entries(rules))('%s', (_says, breaches) => {
    expect(sources.flatMap(breaches)).toEqual([]);
  });

  test('have no import that the reader of imports overlooks', () => {
    const overlooked = sources.flatMap((source) =>
      [...withoutComments(source.text).matchAll(/\bfrom\s*['"]([^'"\n]+)['"]/g)]
        .filter((match) => !importsOf(source).includes(match[1] ?? ''))
        .map((match) => `${source.path}: ${match[0]}`),
    );
    expect(overlooked).toEqual([]);
  });

  test('lie in folders that each have a rule, and no rule is for a folder that is gone', () => {
    expect(foldersOf(sources)).toEqual(Object.keys(folderRules).toSorted());
  });
});

/** The rules that a made-up file breaks. */
const found = (path: string, text: string): readonly string[] =>
  Object.entries(rules).flatMap(([says, breaches]) => (breaches({ path, text }).length > 0 ? [says] : []));

const says = (folder: string): string => folderRules[folder]?.says ?? '';

describe('the checker', () => {
  test.each([
    ['core/merge.ts', "import { z } from 'zod';", [says('core')]],
    ['core/merge.ts', "import { hash } from 'node:crypto';", [says('core')]],
    ['core/digest.ts', "import { readFile } from 'node:fs';", [says('core')]],
    ['core/merge.ts', "import type { Server } from '../ports/server.ts';", [says('core')]],
    ['core/merge.ts', "import {\n  type Server,\n} from '../ports/server.ts';", [says('core')]],
    ['core/merge.ts', "export { write } from '../engine/write.ts';", [says('core')]],
    ['core/merge.ts', "export * from '../engine/write.ts';", [says('core')]],
    ['core/merge.ts', "const write = import('../engine/write.ts');", [says('core')]],
    ['core/merge.ts', "type Write = import('../engine/write.ts').Write;", [says('core')]],
    ['core/merge.ts', "import '../engine/write.ts';", [says('core')]],
    ['ports/server.ts', "import { write } from '../engine/write.ts';", [says('ports')]],
    ['ports/server.ts', "import { once } from 'node:events';", [says('ports')]],
    ['engine/write.ts', "import { connect } from '../filemaker/data-api/connect.ts';", [says('engine')]],
    ['engine/write.ts', "import { z } from 'zod';", [says('engine')]],
    ['config/load.ts', "import { write } from '../engine/write.ts';", [says('config')]],
    ['config/load.ts', "import { Pool } from 'undici';", [says('config')]],
    ['filemaker/data-api/find.ts', "import { load } from '../../config/load.ts';", [says('filemaker')]],
    ['state/local/runs.ts', "import { watch } from '../../engine/watch.ts';", [says('state')]],
    ['state/local/runs.ts', "import { z } from 'zod';", [says('state')]],
    ['simulator/session.ts', "import type { Server } from '../ports/server.ts';", [says('simulator')]],
    [
      'console/server.ts',
      "import { columns } from '../cli/words.ts';",
      [says('console'), 'nothing but cli imports cli'],
    ],
    ['console/page/main.ts', "import { readFile } from 'node:fs';", [says('console')]],
    ['console/api.ts', "import { once } from 'node:events';", [says('console')]],
    [
      'simulator/http/answer.ts',
      "import { find } from '../../filemaker/data-api/find.ts';",
      [says('simulator')],
    ],
    [
      'catalogue/page.ts',
      "import { Refused } from '../cli/refused.ts';",
      [says('catalogue'), 'nothing but cli imports cli'],
    ],
    ['cli/main.ts', "import { rows } from '../../test/rows.ts';", [says('cli')]],
    ['doctor/look.ts', "import { Lanes } from '../engine/lanes.ts';", [says('doctor')]],
    ['state/aws/table.ts', "import { Pool } from 'undici';", [says('state')]],
    ['composition/engine-of.ts', "import { lab } from '../simulator/simulator.ts';", [says('composition')]],
    [
      'engine/run.ts',
      "import { words } from '../cli/words.ts';",
      [says('engine'), 'nothing but cli imports cli'],
    ],
    [
      'engine/run.ts',
      "import { write } from './write';",
      ['relative imports name the file with .ts or .tsx'],
    ],
    [
      'engine/run.ts',
      "import { write } from './write.js';",
      ['relative imports name the file with .ts or .tsx'],
    ],
    ['engine/run.ts', 'export default function run() {}', ['no file has a default export']],
    ['engine/run.ts', 'export { run as default };', ['no file has a default export']],
    ['engine/run.ts', 'run();\n'.repeat(351), ['no file is longer than 350 lines']],
    ['core/lag.ts', 'const now = Date.now();', ['core neither waits nor reads a clock nor draws lots']],
    ['core/lag.ts', 'const now = new Date();', ['core neither waits nor reads a clock nor draws lots']],
    ['core/lag.ts', 'const lot = Math.random();', ['core neither waits nor reads a clock nor draws lots']],
    ['core/lag.ts', 'const row = await read();', ['core neither waits nor reads a clock nor draws lots']],
  ])('finds in %s the breach %j', (path, text, expected) => {
    expect(found(`src/${path}`, text)).toEqual(expected);
  });

  test.each([
    [
      'core/merge.ts',
      "import type { Key } from './names.ts';\n/** Neither await nor Date.now: a comment. */",
    ],
    ['core/digest.ts', "import { hash } from 'node:crypto';"],
    ['simulator/simulator.ts', "import type { Clock } from '../ports/clock.ts';"],
    ['simulator/http/exchange.ts', "import { createServer } from 'node:http';"],
    ['config/load.ts', "import { parse } from 'yaml';"],
    ['console/server.ts', "import { createServer } from 'node:http';"],
    ['engine/run.ts', 'const now = Date.now();\n'.repeat(350)],
    ['cli/run-command.ts', "import { words } from './words.ts';"],
  ])('finds nothing wrong in %s with %j', (path, text) => {
    expect(found(`src/${path}`, text)).toEqual([]);
  });

  const ofInfra = 'infra imports only config, core, packages and what Node has';
  const ofFunctions =
    'functions import only functions, src but cli and the simulator, packages and what Node has';
  test.each([
    [
      'infra/schedules.ts',
      "import { words } from '../src/cli/words.ts';",
      [ofInfra, 'nothing but cli imports cli'],
    ],
    ['infra/schedules.ts', "import { write } from '../src/engine/write.ts';", [ofInfra]],
    ['infra/schedules.ts', "import { handler } from '../functions/measure.ts';", [ofInfra]],
    ['infra/schedules.ts', "import { Stack } from 'aws-cdk-lib';", []],
    ['infra/schedules.ts', "import { dutiesOf } from '../src/config/aws-parts.ts';", []],
    [
      'functions/write.ts',
      "import { words } from '../src/cli/words.ts';",
      [ofFunctions, 'nothing but cli imports cli'],
    ],
    ['functions/write.ts', "import { lab } from '../src/simulator/simulator.ts';", [ofFunctions]],
    ['functions/write.ts', "import { ServerSyncStack } from '../infra/serversync-stack.ts';", [ofFunctions]],
    ['functions/write.ts', "import { write } from '../src/engine/write.ts';", []],
  ])('finds in %s with %j exactly %j', (path, text, expected) => {
    expect(found(path, text).toSorted()).toEqual(expected.toSorted());
  });

  test('says which file imports what', () => {
    const bad = { path: 'src/core/merge.ts', text: "import { z } from 'zod';" };
    expect(rules[says('core')]?.(bad)).toEqual(['src/core/merge.ts imports zod']);
  });
});
