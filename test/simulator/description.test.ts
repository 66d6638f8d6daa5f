/** A description as it is written in a file. */
import { expect, test } from 'vitest';
import { readDescription } from '../../src/simulator/description-schema.ts';

const withParentCode = (code: unknown) => ({
  databases: [
    {
      name: 'Main',
      tables: [
        {
          name: 'Things',
          fields: [
            { name: 'a', type: 'text', validation: { parent: { table: 'Others', field: 'id', code } } },
          ],
        },
      ],
      layouts: [],
    },
  ],
  accounts: [],
});

test.each([503, '505', 510])('the code of a validation by a parent may be %j', (code) => {
  const [database] = readDescription(withParentCode(code)).databases;
  expect(database?.tables[0]?.fields[0]?.validation?.parent?.code).toBe(String(code));
});

test.each([504, '1', true])('%j is no code of it', (code) => {
  expect(() => readDescription(withParentCode(code))).toThrow('code');
});
