/** The text of a configuration file as a YAML document: its values, and where each of them stands. */
import {
  LineCounter,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { placeOf, shown, type Finding, type Path, type Position, type Problem } from './problem.ts';
import { plainValue } from './syntax-problems.ts';

export class ConfigurationSource {
  /** As it is named to people. */
  readonly file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;
  readonly #value: unknown;

  /** Throws ConfigurationError where the text is no YAML. */
  constructor(text: string, file: string) {
    this.file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true });
    this.#value = plainValue(this.#document, (offset) => this.#positionAt(offset));
  }

  valueAt(path: Path): unknown {
    return path.reduce<unknown>(childOf, this.#value);
  }

  /** A problem at the value, or at its name, or (where it is missing) at what it is missing from. */
  problem({ path, at, code, message, remedy }: Finding): Problem {
    return {
      place: placeOf(path),
      position: this.#positionAt(this.#offsetOf(path, at)),
      value: at === 'value' ? shown(this.valueAt(path)) : undefined,
      code,
      message,
      remedy,
    };
  }

  #positionAt(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line, column: col };
  }

  #offsetOf(path: Path, at: Finding['at']): number {
    let node: Node | null = this.#document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      const child = this.#child(node, step);
      if (!child) return offset;
      const isLast = depth === path.length - 1;
      node = child.value;
      const valueOffset =
        isLast && at === 'value' && node && !isCollection(node) ? node.range?.[0] : undefined;
      offset = valueOffset ?? child.offset;
    }
    return offset;
  }

  #child(
    node: Node | null,
    step: string | number,
  ): { readonly value: Node | null; readonly offset: number } | undefined {
    const parent = isAlias(node) ? node.resolve(this.#document) : node;
    if (isSeq(parent) && typeof step === 'number') return itemOf(parent.items[step]);
    if (!isMap(parent)) return undefined;
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair && pairOf(pair);
  }
}

/** A map or list is found by its name: that is where the eye looks for it. */
const isCollection = (node: Node): boolean => isMap(node) || isSeq(node);

function itemOf(item: unknown): { readonly value: Node; readonly offset: number } | undefined {
  return isNode(item) ? { value: item, offset: item.range?.[0] ?? 0 } : undefined;
}

function pairOf(pair: Pair): { readonly value: Node | null; readonly offset: number } {
  const offset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
  return { value: isPair(pair) && isNode(pair.value) ? pair.value : null, offset };
}

function childOf(parent: unknown, step: string | number): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, step)) return undefined;
  return Object.entries(parent).find(([name]) => name === String(step))?.[1];
}
