import { expect, test } from 'vitest';
import { documentOfChecks, writtenChecks } from '../../docs/checks/write.ts';

test('docs/doctor.md lists each check as the program has it: npm run checks writes it anew', () => {
  expect(writtenChecks()).toBe(documentOfChecks());
});
