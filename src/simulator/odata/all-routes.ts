/** Everything that is served below `/fmi/odata/v4`. Routes of further kinds go in here. */
import { batchRoutes } from './batch/run.ts';
import { containerRoutes } from './containers.ts';
import type { ODataRoute } from './exchange.ts';
import { metadataRoutes } from './metadata/metadata.ts';
import { propertyRoutes } from './property.ts';
import { readRoutes } from './read.ts';
import { schemaRoutes } from './schema.ts';
import { scriptRoutes } from './scripts.ts';
import { serviceRoutes } from './service.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { writeRoutes } from './write.ts';

export const odataRoutes: readonly ODataRoute[] = [
  ...serviceRoutes,
  ...metadataRoutes,
  ...readRoutes,
  ...propertyRoutes,
  ...containerRoutes,
  ...writeRoutes,
  ...batchRoutes,
  ...webhookRoutes,
  ...scriptRoutes,
  ...schemaRoutes,
];
