import { expect, test } from 'vitest';
import { canonicalValue, wireJson } from '../../../src/filemaker/odata/values.ts';

test.each([
  ['text', 'a\rb\r\nc', 'a\nb\nc'],
  ['text', null, ''],
  ['text', 5, '5'],
  ['number', '12345678901234567890.10', '12345678901234567890.1'],
  ['number', 0.5, '0.5'],
  ['number', '1E+3', '1000'],
  ['number', 'about five', 'about five'],
  ['number', true, '1'],
  ['number', null, ''],
  ['date', '2026-11-22', '2026-11-22'],
  ['time', '09:05:00.000', '09:05:00'],
  ['time', '09:05:00.5', '09:05:00.5'],
  ['time', 'PT10H', '10:00:00'],
  ['time', 'PT26H5M7.50S', '26:05:07.5'],
  ['time', 'P1DT2H5M', '26:05:00'],
  ['time', 'P2D', '48:00:00'],
  ['time', 'PT', 'PT'],
  ['time', 'P1DT', 'P1DT'],
  ['timestamp', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00'],
  ['timestamp', '2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00'],
  ['timestamp', '2026-11-22T10:00:00+05:30', '2026-11-22T10:00:00'],
  ['timestamp', '11/22/2026 10:00:00', '2026-11-22T10:00:00'],
  ['timestamp', 'yesterday', 'yesterday'],
  ['container', 'photo.png', ''],
  ['text', { a: 1 }, undefined],
] as const)('a %s that comes as %j is %j', (type, wire, canonical) =>
  expect(canonicalValue(type, wire)).toBe(canonical),
);

test.each([
  ['text', '', 'null'],
  ['number', '', 'null'],
  ['text', 'a\nb', '"a\\rb"'],
  ['text', '5', '"5"'],
  ['number', '12345678901234567890.1', '12345678901234567890.1'],
  ['number', '-0.5', '-0.5'],
  ['number', 'about five', '"about five"'],
  ['number', '007', '"007"'],
  ['date', '2026-11-22', '"2026-11-22"'],
  ['time', '10:00:00', '"10:00:00"'],
  ['timestamp', '2026-11-22T10:00:00', '"2026-11-22T10:00:00Z"'],
  ['timestamp', 'yesterday', '"yesterday"'],
] as const)('a %s that is %j goes as %s', (type, canonical, json) =>
  expect(wireJson(type, canonical)).toBe(json),
);
