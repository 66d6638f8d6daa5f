/** The conditions of writes, each with a name: what has to be true of the stored item for the write to take effect. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Condition = {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
};

/** Nothing is stored under the key. */
export const isAbsent: Condition = { expression: 'attribute_not_exists(pk)', names: {}, values: {} };

export const isPresent: Condition = { expression: 'attribute_exists(pk)', names: {}, values: {} };

export const hasNo = (name: string): Condition => ({
  expression: `attribute_not_exists(#${name})`,
  names: { [`#${name}`]: name },
  values: {},
});

export const numberIs = (name: string, value: number): Condition =>
  comparison(name, '=', { N: String(value) });

export const numberIsAtMost = (name: string, value: number): Condition =>
  comparison(name, '<=', { N: String(value) });

export const textIs = (name: string, value: string): Condition => comparison(name, '=', { S: value });

/** The item was not written since it was read with this revision; 0 stands for none stored. */
export const follows = (name: string, before: number): Condition =>
  before === 0 ? isAbsent : numberIs(name, before);

export const all = (...conditions: readonly Condition[]): Condition => joined('AND', conditions);

export const any = (...conditions: readonly Condition[]): Condition => joined('OR', conditions);

const comparison = (name: string, sign: string, value: AttributeValue): Condition => {
  const token = `${name}_${sign === '=' ? 'is' : 'most'}`;
  return {
    expression: `#${name} ${sign} :${token}`,
    names: { [`#${name}`]: name },
    values: { [`:${token}`]: value },
  };
};

const joined = (word: string, conditions: readonly Condition[]): Condition => ({
  expression: conditions.map(({ expression }) => `(${expression})`).join(` ${word} `),
  names: Object.assign({}, ...conditions.map(({ names }) => names)),
  values: Object.assign({}, ...conditions.map(({ values }) => values)),
});
