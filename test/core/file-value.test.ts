import { describe, expect, test } from 'vitest';
import { fileName } from '../../src/core/file-value.ts';

describe('the name of a file', () => {
  test('has no folders', () => {
    expect(fileName('C:\\plans\\house.pdf')).toBe('house.pdf');
  });

  test('that is too long keeps its ending', () => {
    const name = fileName(`${'n'.repeat(300)}.pdf`);
    expect([name.length, name.slice(-5)]).toEqual([255, 'n.pdf']);
  });

  test.each([250, 251])('is never cut within a character (%i letters before it)', (letters) => {
    const name = fileName(`${'n'.repeat(letters)}${'😀'.repeat(20)}.pdf`);
    expect([name.isWellFormed(), name.endsWith('.pdf'), name.length <= 255]).toEqual([true, true, true]);
  });
});
