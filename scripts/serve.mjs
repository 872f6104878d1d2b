import {createReadStream} from 'node:fs';
import {realpath, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, resolve, sep} from 'node:path';

/** A small static server for the built page: what any static host does, and nothing that one would not. */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.gz': 'application/gzip',
};

/** Files under assets/ bear a hash of their content in their name, so they never change. */
const cacheFor = (path) => (path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');

/** @typedef {{status: number, headers?: Record<string, string>, file?: string}} Answer */

const plain = (status) => ({status, headers: {}});

/**
 * The file that a path below the root stands for, or null. Hidden files stay hidden, and a symbolic link
 * that leads out of the folder is not followed.
 * @param {string} root @param {string} path decoded, with a leading slash
 */
async function find(root, path) {
  const wanted = resolve(root, `.${path}`);
  if (path.includes('\0') || path.includes('\\') || path.split('/').some((part) => part.startsWith('.'))) return null;
  try {
    const real = await realpath(wanted);
    return real === root || real.startsWith(root + sep) ? {path: real, info: await stat(real)} : null;
  } catch {
    return null;
  }
}

/** @returns {Promise<Answer>} */
async function answerFor(root, prefix, request) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return {status: 405, headers: {Allow: 'GET, HEAD'}};
  const raw = request.url.replace(/[?#].*$/, '');
  if (`${raw}/` === prefix) return {status: 301, headers: {Location: prefix}};
  if (!raw.startsWith(prefix)) return plain(404);
  let path;
  try {
    path = decodeURIComponent(raw.slice(prefix.length - 1));
  } catch {
    return plain(400);
  }
  let found = await find(root, path);
  if (found?.info.isDirectory()) {
    // Relative addresses in the page count from the folder, so its address must end in a slash.
    if (!path.endsWith('/')) return {status: 301, headers: {Location: `${raw.replace(/^\/+/, '/')}/`}};
    found = await find(root, `${path}index.html`);
  }
  if (!found?.info.isFile()) return plain(404);
  const tag = `W/"${found.info.size.toString(36)}-${Math.round(found.info.mtimeMs).toString(36)}"`;
  const headers = {'Cache-Control': cacheFor(found.path), ETag: tag};
  if (request.headers['if-none-match'] === tag) return {status: 304, headers};
  const type = TYPES[extname(found.path).toLowerCase()] ?? 'application/octet-stream';
  return {status: 200, headers: {...headers, 'Content-Type': type, 'Content-Length': String(found.info.size)}, file: found.path};
}

function send(response, {status, headers, file}, withBody) {
  if (status >= 400) {
    response.writeHead(status, {...headers, 'Content-Type': TYPES['.txt']}).end(withBody ? `${status}\n` : undefined);
    return;
  }
  response.writeHead(status, headers);
  if (!file || !withBody) response.end();
  else createReadStream(file).on('error', () => response.destroy()).pipe(response);
}

/**
 * Serves a folder on this machine only.
 * @param {string} folder
 * @param {number} port 0 takes any free one
 * @param {{prefix?: string}} [options] the path that the folder is served under, `/` unless told
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 */
export async function serve(folder, port, {prefix = '/'} = {}) {
  const root = await realpath(folder);
  const base = join('/', prefix, '/').replaceAll(sep, '/');
  const server = createServer((request, response) => {
    answerFor(root, base, request).then(
      (answer) => send(response, answer, request.method !== 'HEAD'),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise((done, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', done);
  });
  const taken = server.address().port;
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return {url: `http://127.0.0.1:${taken}${base}`, port: taken, close};
}
