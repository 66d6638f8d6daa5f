/** YAML that cannot be read, in words of our own: the parser's messages may repeat what stands in the file (R9). */
import { visit, type Document, type ErrorCode } from 'yaml';
import { ConfigurationError, type Mistake, type Position, type Problem } from './problem.ts';

type PositionAt = (offset: number) => Position;

/** The document's plain value; throws ConfigurationError where it has none. */
export function plainValue(document: Document, positionAt: PositionAt): unknown {
  const problems = [...documentProblems(document, positionAt), ...nodeProblems(document, positionAt)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  if (document.contents === null) throw new ConfigurationError([problemAt(positionAt(0), empty)]);
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigurationError([problemAt(positionAt(0), tooManyAliases)], { cause: error });
  }
}

const empty: Mistake = {
  code: 'config-yaml',
  message: 'the file is empty',
  remedy: 'Write servers and tables; the README has an example to start from',
};

const tooManyAliases: Mistake = {
  code: 'config-yaml',
  message: 'aliases (*) that cannot be followed',
  remedy: 'Write the values out',
};

const unusableName: Mistake = {
  code: 'config-yaml',
  message: '__proto__ cannot be used as a name',
  remedy: 'Choose another name',
};

const unknownAlias: Mistake = {
  code: 'config-yaml',
  message: 'a value that starts with * means an alias, and there is no such anchor (&) before it',
  remedy: 'Put it in quotes if it is meant as text',
};

const fallback: Mistake = {
  code: 'config-yaml',
  message: 'not YAML that can be read',
  remedy:
    'Check indentation (two blanks a level), colons, quotes and brackets in this line and the one above',
};

const mistakes: Partial<Readonly<Record<ErrorCode, Mistake>>> = {
  DUPLICATE_KEY: {
    code: 'config-yaml',
    message: 'the same name stands twice in this map',
    remedy: 'Take one out, or give it another name',
  },
  TAB_AS_INDENT: {
    code: 'config-yaml',
    message: 'a tab at the start of the line',
    remedy: 'Indent with blanks, two a level',
  },
  BAD_INDENT: {
    code: 'config-yaml',
    message: 'indented otherwise than the lines it belongs to, or a bracket is not closed',
    remedy: 'Line it up with its neighbours, two blanks a level, and close brackets',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'config-yaml',
    message: 'a second colon in a line, or lines indented deeper than they belong',
    remedy: 'Put text with a colon and a blank in quotes, and line names up with their neighbours',
  },
  MISSING_CHAR: {
    code: 'config-yaml',
    message: 'a quote, bracket, comma or colon is missing',
    remedy: 'Complete it, here or in a line above',
  },
  BAD_SCALAR_START: {
    code: 'config-yaml',
    message: 'text cannot start with this sign unless it is in quotes',
    remedy: 'Put the value in quotes',
  },
  BAD_DQ_ESCAPE: {
    code: 'config-yaml',
    message: 'a backslash in double quotes that means nothing',
    remedy: 'Use single quotes, or write two backslashes',
  },
  MULTIPLE_DOCS: {
    code: 'config-yaml',
    message: 'a second document (after ---)',
    remedy: 'Keep one document in the file',
  },
  NON_STRING_KEY: {
    code: 'config-yaml',
    message: 'a name that is no text',
    remedy: 'Write a plain name before the colon',
  },
  TAG_RESOLVE_FAILED: {
    code: 'config-yaml',
    message: 'a value that starts with ! means a tag, and this one is not known',
    remedy: 'Put the value in quotes if it is meant as text',
  },
};

/** Slips that leave the rest of the file as it is; after any other the parser is out of step, and what it finds next is no news. */
const harmless: ReadonlySet<ErrorCode> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'NON_STRING_KEY']);

function documentProblems(document: Document, positionAt: PositionAt): readonly Problem[] {
  const found = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const named = found.filter(({ code }) => mistakes[code] !== undefined);
  const shown = named.length > 0 ? named : found.slice(0, 1);
  const first = shown.find(({ code }) => !harmless.has(code));
  return (first === undefined ? shown : [first]).map(({ code, pos }) =>
    problemAt(positionAt(pos[0]), mistakes[code] ?? fallback),
  );
}

/** What the parser lets pass: aliases of nothing, and a name that JavaScript would swallow. */
function nodeProblems(document: Document, positionAt: PositionAt): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document)) problems.push(problemAt(positionAt(alias.range?.[0] ?? 0), unknownAlias));
    },
    Scalar: (role, { value, range }) => {
      if (role === 'key' && value === '__proto__')
        problems.push(problemAt(positionAt(range?.[0] ?? 0), unusableName));
    },
  });
  return problems;
}

function problemAt(position: Position, mistake: Mistake): Problem {
  return { place: 'the file', position, value: undefined, ...mistake };
}
