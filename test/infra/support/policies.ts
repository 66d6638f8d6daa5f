/** What a role may do, with resources in words: logical ids for what the template makes. */
import type { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { resourcesOf } from './synthesised.ts';

const oneOrMore = <Of extends z.ZodType>(of: Of) =>
  z.union([of, z.array(of)]).transform((value) => (Array.isArray(value) ? value : [value]));

const statementSchema = z.object({
  Sid: z.string().default(''),
  Effect: z.string(),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(z.unknown()).default([]),
  Condition: z.unknown().optional(),
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });

export type Statement = z.output<typeof statementSchema>;

const roleSchema = z.object({
  ManagedPolicyArns: z.array(z.object({ Ref: z.string() })).default([]),
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: documentSchema })).default([]),
});
const managedSchema = z.object({ PolicyDocument: documentSchema });

/** Every statement of the role whose logical id begins so. */
export function statementsOf(template: Template, roleId: string): readonly Statement[] {
  const resources = resourcesOf(template);
  const found = Object.entries(resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith(roleId),
  );
  const role = roleSchema.parse(found?.[1].Properties);
  return [
    ...role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...role.ManagedPolicyArns.flatMap(
      ({ Ref }) => managedSchema.parse(resources[Ref]?.Properties).PolicyDocument.Statement,
    ),
  ];
}

/** Such as `Server-hq queue`: a resource as the template writes it, with its intrinsics taken out. */
export function inWords(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const parsed = z
    .union([
      z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`),
      z
        .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
        .transform((get) => `<${get['Fn::GetAtt'].join('.')}>`),
      z
        .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })
        .transform(({ 'Fn::Join': [by, parts] }) => parts.map(inWords).join(by)),
    ])
    .parse(resource);
  return parsed.replaceAll(/[0-9A-F]{8}(?=[.>])/g, '');
}

/** Of each statement: its actions, and the resources in words. */
export const granted = (statements: readonly Statement[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    statements.map(({ Sid, Action, Resource }) => [
      Sid,
      { actions: Action.toSorted(), on: Resource.map(inWords).toSorted() },
    ]),
  );
