/**
 * Answers against Claris' own OpenAPI document (ships with FileMaker Server under /fmi/data/apidoc). It is not ours to
 * ship: give its path by CLARIS_OPENAPI, or put it at ../shared/data/claris-data-api.openapi.json beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { benchOf, closeAll, layout, text, type Bench } from './client.ts';

const path =
  process.env['CLARIS_OPENAPI'] ??
  resolve(import.meta.dirname, '../../../shared/data/claris-data-api.openapi.json');
const isThere = existsSync(path);

test.runIf(!isThere)('the OpenAPI document is not there, so answers are not held to it here', () => {
  process.stdout.write(`left out: no OpenAPI document at ${path}; set CLARIS_OPENAPI\n`);
  expect(isThere).toBe(false);
});

/**
 * Where the document and what was captured from servers disagree, the simulator follows the capture: by schema, the
 * only complaint that is allowed and why.
 */
const deviations: Readonly<Record<string, { readonly allowed: RegExp; readonly reason: string }>> = {
  productInfoResponse: {
    allowed: /^\/response must have required property/,
    reason:
      'captured answers nest the facts in response.productInfo, as FMData.Rest.Tests keeps it; the document flattens them',
  },
  layoutListResponse: {
    allowed: /^\/response\/layouts\/\d+\/folderLayoutNames\/\d+ must have required property 'layouts'$/,
    reason:
      'the document makes each entry of a folder a whole answer of its own; captured folders hold {name} entries, as at the top',
  },
};

const document = z.object({
  components: z.looseObject({}),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const operation = z.object({
  responses: z.object({
    200: z.object({
      content: z.object({ 'application/json': z.object({ schema: z.object({ $ref: z.string() }) }) }),
    }),
  }),
});

let made: Bench;
let openApi: z.infer<typeof document>;
let ajv: Ajv;

beforeAll(async () => {
  if (!isThere) return;
  openApi = document.parse(JSON.parse(readFileSync(path, 'utf8')));
  ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'claris', components: openApi.components });
  made = await benchOf(described);
});
afterAll(closeAll);

const described = {
  databases: [
    {
      name: 'Main',
      tables: [
        {
          name: 'Things',
          fields: [
            text('name'),
            { name: 'n', type: 'number' },
            { name: 'at', type: 'timestamp', autoEnter: 'modifiedAt' },
            { name: 'photo', type: 'container' },
          ],
          rows: [{ name: 'a', n: 1 }, { name: 'b' }],
        },
        { name: 'Kids', fields: [text('parent'), text('name')], rows: [{ parent: 'a', name: 'x' }] },
      ],
      layouts: [
        {
          name: 'Things',
          table: 'Things',
          portals: [{ name: 'kids', table: 'Kids', parent: 'name', child: 'parent' }],
          valueLists: { Region: ['West'] },
        },
        { name: 'Filed', table: 'Things', folder: 'F' },
      ],
      scripts: { go: () => ({ result: 'x' }) },
    },
  ],
} as const;

const prefix = '/fmi/data/{version}/databases/{database}';
const onLayout = `${prefix}/layouts/{layout}`;

const file = (): FormData => {
  const form = new FormData();
  form.append('upload', new Blob(['abc']), 'a.txt');
  return form;
};

type Case = [method: string, template: string, path: string, sent: { body?: unknown; raw?: FormData }];

const cases: readonly Case[] = [
  ['GET', '/fmi/data/{version}/productInfo', '/fmi/data/v2/productInfo', {}],
  ['GET', '/fmi/data/{version}/databases', '/fmi/data/v2/databases', {}],
  ['GET', '/fmi/data/{version}/validateSession', '/fmi/data/v2/validateSession', {}],
  ['GET', `${prefix}/layouts`, '/fmi/data/v2/databases/Main/layouts', {}],
  ['GET', `${prefix}/scripts`, '/fmi/data/v2/databases/Main/scripts', {}],
  ['GET', onLayout, layout, {}],
  ['GET', `${onLayout}/metadata`, `${layout}/metadata`, {}],
  ['GET', `${onLayout}/records`, `${layout}/records`, {}],
  ['GET', `${onLayout}/records/{recordId}`, `${layout}/records/1`, {}],
  ['POST', `${onLayout}/records`, `${layout}/records`, { body: { fieldData: { n: 7 } } }],
  [
    'PATCH',
    `${onLayout}/records/{recordId}`,
    `${layout}/records/1`,
    { body: { fieldData: {}, portalData: { kids: [{ 'Kids::name': 'y' }] } } },
  ],
  ['POST', `${onLayout}/records/{recordId}`, `${layout}/records/1`, { body: {} }],
  ['POST', `${onLayout}/_find`, `${layout}/_find`, { body: { query: [{ name: '*' }] } }],
  ['GET', `${onLayout}/script/{scriptName}`, `${layout}/script/go`, {}],
  ['PATCH', `${prefix}/globals`, '/fmi/data/v2/databases/Main/globals', { body: { globalFields: {} } }],
  [
    'POST',
    `${onLayout}/records/{recordId}/containers/{containerFieldName}`,
    `${layout}/records/1/containers/photo`,
    { raw: file() },
  ],
  ['DELETE', `${onLayout}/records/{recordId}`, `${layout}/records/2`, {}],
];

test.runIf(isThere).each(cases)(
  '%s %s answers as the OpenAPI document says',
  async (method, template, url, sent) => {
    const reply = await made.client.send(method, url, {
      ...sent,
      ...(url.endsWith('/databases') ? {} : { token: made.token }),
    });
    expect(reply.code).toBe('0');
    expect(complaints(schemaOf(template, method), JSON.parse(reply.text))).toEqual([]);
  },
);

test.runIf(isThere)('login and logout answer as the OpenAPI document says', async () => {
  const login = await made.client.tryLogin();
  expect(complaints(schemaOf(`${prefix}/sessions`, 'POST'), JSON.parse(login.text))).toEqual([]);
  const session = `/fmi/data/v2/databases/Main/sessions/${String(login.response['token'])}`;
  const logout = await made.client.send('DELETE', session);
  expect(
    complaints(schemaOf(`${prefix}/sessions/{sessionToken}`, 'DELETE'), JSON.parse(logout.text)),
  ).toEqual([]);
});

test.runIf(isThere).each([
  ['GET', `${layout}/records/99`],
  ['GET', '/fmi/data/v2/databases/Main/layouts/Nope/records'],
  ['GET', '/fmi/data/v2/nothing'],
  ['PUT', `${layout}/records`],
])('the error of %s %s has the envelope of the OpenAPI document', async (method, url) => {
  const reply = await made.client.send(method, url, { token: made.token });
  expect(reply.code).not.toBe('0');
  expect(complaints('defaultResponse', JSON.parse(reply.text))).toEqual([]);
});

test.runIf(isThere)('every operation of the OpenAPI document is served', async () => {
  const unserved: string[] = [];
  for (const [template, operations] of Object.entries(openApi.paths)) {
    for (const method of Object.keys(operations).filter((name) => /^(get|post|patch|delete)$/.test(name))) {
      const url = template
        .replace('{version}', 'v2')
        .replace('{database}', 'Main')
        .replaceAll(/\{\w+\}/g, '1');
      const { code } = await made.client.send(method.toUpperCase(), url, { token: made.token });
      if (code === '1700' || code === '1704') unserved.push(`${method} ${template}`);
    }
  }
  expect(unserved).toEqual([]);
});

function schemaOf(template: string, method: string): string {
  const found = operation.parse(openApi.paths[template]?.[method.toLowerCase()]);
  return found.responses[200].content['application/json'].schema.$ref.replace('#/components/schemas/', '');
}

/** What the schema has against the answer, but for the known deviations. */
function complaints(schema: string, answer: unknown): readonly string[] {
  const validate: ValidateFunction = ajv.compile({ $ref: `claris#/components/schemas/${schema}` });
  if (validate(answer)) return [];
  const all = (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  return all.filter((complaint) => deviations[schema]?.allowed.test(complaint) !== true);
}
