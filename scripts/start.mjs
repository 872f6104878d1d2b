import {join} from 'node:path';
import {build} from './build.mjs';
import {ROOT} from './project.mjs';
import {serve} from './serve.mjs';
import {ensureInstalled, orExit} from './steps.mjs';

/** `npm start`: from a fresh clone to an address to open. */
const FIRST_PORT = 4173;
const PORTS_TRIED = 50;

/** The port that BASIN_PORT asks for, or null. */
function wantedPort() {
  const text = process.env.BASIN_PORT;
  if (!text) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  console.error(`BASIN_PORT must be a whole number from 1 to 65535, but is "${text}".`);
  process.exit(1);
}

/** Serves dist/ on the first of these ports that is free. */
async function serveOnFirst(ports) {
  for (const port of ports) {
    try {
      return await serve(join(ROOT, 'dist'), port);
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    }
  }
  const what = ports.length === 1 ? `Port ${ports[0]} is` : `Ports ${ports[0]} to ${ports.at(-1)} are`;
  console.error(`${what} taken or not allowed. Set BASIN_PORT to a free port and try again.`);
  process.exit(1);
}

await ensureInstalled();
orExit(await build('page'), 'Building the page');
const port = wantedPort();
const server = await serveOnFirst(port === null ? Array.from({length: PORTS_TRIED}, (_, i) => FIRST_PORT + i) : [port]);
console.log(`\n  Basin is ready:  ${server.url.replace('127.0.0.1', 'localhost')}\n\n  Press Ctrl+C to stop.\n`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close().then(() => process.exit(0));
  });
}
