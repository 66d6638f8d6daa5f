/** How many servers one stack takes. */
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/problem.ts';
import { manyServers, resourcesOf, stackOf, templateOf } from './support/synthesised.ts';

const mostResources = 500;
const mostTemplateBytes = 1_000_000;

function refusalOf(count: number): ConfigurationError {
  try {
    stackOf(manyServers(count));
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error(`${count} servers were not refused`);
}

test('50 servers that send and receive fit in one stack', () => {
  const count = Object.keys(resourcesOf(templateOf(manyServers(50)))).length;
  console.log(`50 servers make ${count} resources`);
  expect(count).toBeLessThanOrEqual(mostResources);
});

test('80 servers are refused with the numbers, at their place in the file', () => {
  const [problem] = refusalOf(80).problems;
  expect(problem?.place).toBe('servers');
  expect(problem?.position?.line).toBe(2);
  expect(problem?.message).toMatch(
    /^80 servers make 7\d\d resources on AWS, and one stack has at most 500: \d\d servers fit$/,
  );
  expect(problem?.remedy).toContain('-c stack=NAME');
});

test('as many servers fit as the refusal says', () => {
  const fit = Number(/(\d+) servers fit/.exec(refusalOf(80).message)?.[1]);
  const template = templateOf(manyServers(fit, 40));
  const count = Object.keys(resourcesOf(template)).length;
  expect(count).toBeLessThanOrEqual(mostResources);
  expect(count).toBeGreaterThan(mostResources - 16);
  expect(JSON.stringify(template.toJSON(), undefined, 1).length).toBeLessThan(mostTemplateBytes);
});
