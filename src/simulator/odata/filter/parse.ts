/** `$filter` as a tree: the operators and functions that a table needs (filemaker-odata.md, section 1.5 and 1.7). */
import { syntaxError } from '../faults.ts';
import { tokensOf, type Literal, type NameRules, type Token, type Tokens } from './tokens.ts';

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TestName = 'contains' | 'startswith' | 'endswith';
export type FunctionName = 'tolower' | 'toupper' | 'length' | 'trim';

export type Operand =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly called: FunctionName; readonly of: Operand };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'test'; readonly called: TestName; readonly of: Operand; readonly text: Operand };

const comparisons = new Set<string>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const tests = new Set<string>(['contains', 'startswith', 'endswith']);
const functions = new Set<string>(['tolower', 'toupper', 'length', 'trim']);

const isComparison = (word: string): word is Comparison => comparisons.has(word);
const isTest = (word: string): word is TestName => tests.has(word);
const isFunction = (word: string): word is FunctionName => functions.has(word);

/** Throws -1002. */
export function parseFilter(text: string, rules: NameRules): Filter {
  const parser = new Parser(tokensOf(text, rules));
  const filter = parser.either();
  parser.end();
  return filter;
}

class Parser {
  private at = 0;
  private readonly tokens: Tokens;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  either(): Filter {
    return this.joined('or', () => this.joined('and', () => this.negation()));
  }

  end(): void {
    if (this.peek()) this.fail();
  }

  private joined(word: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.takeWord(word)) parts.push(part());
    return parts.length === 1 ? first : { kind: word, parts };
  }

  private negation(): Filter {
    if (this.takeWord('not')) return { kind: 'not', part: this.negation() };
    if (!this.takeMark('(')) return this.condition();
    const inner = this.either();
    this.need(')');
    return inner;
  }

  private condition(): Filter {
    const called = this.wordOf(isTest);
    if (called !== undefined) {
      this.need('(');
      const of = this.operand();
      this.need(',');
      const text = this.operand();
      this.need(')');
      return { kind: 'test', called, of, text };
    }
    const left = this.operand();
    const operator = this.wordOf(isComparison);
    if (operator === undefined) return this.fail();
    return { kind: 'compare', operator, left, right: this.operand() };
  }

  private operand(): Operand {
    const called = this.wordOf(isFunction);
    if (called !== undefined) {
      this.need('(');
      const of = this.operand();
      this.need(')');
      return { kind: 'call', called, of };
    }
    const token = this.peek();
    if (token?.kind !== 'literal' && token?.kind !== 'name') return this.fail();
    this.at += 1;
    return token.kind === 'literal'
      ? { kind: 'literal', literal: token.literal }
      : { kind: 'field', name: token.name };
  }

  private peek(): Token | undefined {
    return this.tokens.list[this.at];
  }

  /** Operators may be written in capitals. */
  private wordOf<Word extends string>(is: (word: string) => word is Word): Word | undefined {
    const token = this.peek();
    if (token?.kind !== 'name' || token.isQuoted) return undefined;
    const word = token.name.toLowerCase();
    if (!is(word)) return undefined;
    this.at += 1;
    return word;
  }

  private takeWord(word: string): boolean {
    return this.wordOf((text): text is string => text === word) !== undefined;
  }

  private takeMark(mark: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'mark' || token.mark !== mark) return false;
    this.at += 1;
    return true;
  }

  private need(mark: string): void {
    if (!this.takeMark(mark)) this.fail();
  }

  private fail(): never {
    const { text } = this.tokens;
    throw syntaxError(text.slice(this.peek()?.at ?? text.length));
  }
}
