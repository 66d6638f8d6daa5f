/** `$expand=users($select=name;$expand=orders)`: what is named, and the options within the parentheses. */
import { syntaxError } from './faults.ts';

/** What decides how records are shown. */
export type Selecting = {
  has(name: 'select' | 'expand'): boolean;
  text(name: 'select' | 'expand'): string | undefined;
};

export type Expansion = { readonly name: string; readonly within: Selecting };

/** Throws -1002. */
export const expansionsOf = (text: string): readonly Expansion[] => split(text, ',').map(expansionOf);

function expansionOf(text: string): Expansion {
  const [, name, options = ''] = /^([^()]+?)(?:\((.*)\))?$/s.exec(text.trim()) ?? [];
  if (name === undefined) throw syntaxError(text);
  const texts = new Map(split(options, ';').map(optionOf));
  return {
    name: name.replaceAll('"', ''),
    within: { has: (option) => texts.has(option), text: (option) => texts.get(option) },
  };
}

function optionOf(text: string): [string, string] {
  const [, name = '', value] = /^\s*\$?(select|expand)=(.*)$/s.exec(text) ?? [];
  if (value === undefined) throw syntaxError(text);
  return [name, value];
}

/** At the mark, where it stands in no parentheses and no quotes. */
function split(text: string, mark: string): readonly string[] {
  if (text === '') return [];
  const parts = [''];
  let depth = 0;
  let isQuoted = false;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    if (!isQuoted && char === '(') depth += 1;
    if (!isQuoted && char === ')') depth -= 1;
    if (char === mark && depth === 0 && !isQuoted) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  if (depth !== 0 || isQuoted) throw syntaxError(text);
  return parts;
}
