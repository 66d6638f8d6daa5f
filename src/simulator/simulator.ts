/** A FileMaker Server to run without FileMaker: the Data API and OData over plain HTTP, and a way to make trouble. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { containerRoutes } from './api/containers.ts';
import { metadataRoutes } from './api/metadata.ts';
import { readRoutes } from './api/read.ts';
import { scriptRoutes } from './api/scripts.ts';
import { sessionRoutes } from './api/sessions.ts';
import { writeRoutes } from './api/write.ts';
import { SimulatorControl } from './control/control.ts';
import { isControlCall, serveControl } from './control/calls.ts';
import type { SimulatorOptions } from './description.ts';
import type { Outcome } from './http/disturbed.ts';
import { answerTo, type Asked, serve } from './http/pipeline.ts';
import { Routes } from './http/routes.ts';
import { odataRoutes } from './odata/all-routes.ts';
import { ODataRoutes } from './odata/routes.ts';
import { Webhooks } from './odata/webhooks/webhooks.ts';
import { realTime } from './real-time.ts';
import { Simulation } from './simulation.ts';

export type Simulator = {
  /** `http://127.0.0.1:49152`; the Data API is under `/fmi/data/v2`, OData under `/fmi/odata/v4`, the control API under `/simulator`. */
  readonly url: string;
  readonly port: number;
  readonly control: SimulatorControl;
  /** As over the network, without it: for tests in which no real time passes. `date` is the header. */
  ask(request: Asked, body: string): Promise<{ readonly outcome: Outcome; readonly date: string }>;
  /** Ends open connections too. */
  close(): Promise<void>;
};

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulation = new Simulation(options, options.clock ?? realTime());
  const control = new SimulatorControl(simulation);
  const routes = new Routes([
    ...sessionRoutes,
    ...metadataRoutes,
    ...readRoutes,
    ...writeRoutes,
    ...scriptRoutes,
    ...containerRoutes,
  ]);
  simulation.routes = routes;
  simulation.odataRoutes = new ODataRoutes(odataRoutes);
  const webhooks = new Webhooks(simulation, options.makeCall);
  simulation.webhooks = webhooks;
  const answer: RequestListener = (request, response) => {
    const served = isControlCall(request)
      ? serveControl(control, request, response)
      : serve(simulation, routes, request, response);
    served.catch((error: unknown) => {
      // A client that goes away in the middle of its request is its own affair.
      if (request.errored === error) return;
      process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  };
  const { tls } = options;
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  const port = await listen(server, options);
  simulation.url = `${tls === undefined ? 'http' : 'https'}://${options.host ?? '127.0.0.1'}:${port}`;
  const ask: Simulator['ask'] = (request, body) =>
    answerTo(simulation, routes, request, () => ({ body: Buffer.from(body) }));
  const end = async (): Promise<void> => {
    control.removeUsers();
    webhooks.calls.end();
    await close(server);
    await simulation.blobs.close();
  };
  return { url: simulation.url, port, control, ask, close: end };
}

function listen(server: Server | SecureServer, options: SimulatorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the simulator got no port'));
      else resolve(address.port);
    });
  });
}

function close(server: Server | SecureServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
