import {mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {isInstalled, isStale, newestChange, writeStamp} from '../../scripts/freshness.mjs';
import {houseFaults} from '../../scripts/houseRules.mjs';
import {serve, type StaticServer} from '../../scripts/serve.mjs';

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'basin-scripts-'));
});

afterAll(() => rmSync(home, {recursive: true, force: true}));

/** A raw request: fetch would tidy `..` away before it is sent. */
const ask = (server: StaticServer, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{status: number; headers: Record<string, string | string[] | undefined>; body: string}>((done, failed) => {
    request({host: '127.0.0.1', port: server.port, path, method, headers}, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => done({status: response.statusCode ?? 0, headers: response.headers, body}));
    })
      .on('error', failed)
      .end();
  });

describe('serve', () => {
  const servers: StaticServer[] = [];
  const start = async (prefix?: string): Promise<StaticServer> => {
    const server = await serve(join(home, 'site'), 0, prefix === undefined ? {} : {prefix});
    servers.push(server);
    return server;
  };

  beforeAll(() => {
    mkdirSync(join(home, 'site', 'assets'), {recursive: true});
    mkdirSync(join(home, 'site', 'data'));
    mkdirSync(join(home, 'site-beside'));
    const files = {
      'site/index.html': '<!doctype html>',
      'site/assets/a-1x.js': 'export {};',
      'site/assets/a.wasm': 'wasm',
      'site/assets/a.css': 'a{}',
      'site/data/iris.csv': '1,2',
      'site/app.webmanifest': '{}',
      'site/.stamp': 'hidden',
      'site/a b.txt': 'spaced',
      'secret.txt': 'secret',
      'site-beside/secret.txt': 'secret',
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(home, path), text);
    symlinkSync(join(home, 'secret.txt'), join(home, 'site', 'link.txt'));
  });

  afterAll(() => Promise.all(servers.map((server) => server.close())));

  it('gives each kind of file its type', async () => {
    const server = await start();
    const types = [
      ['/', 'text/html; charset=utf-8'],
      ['/assets/a-1x.js', 'text/javascript; charset=utf-8'],
      ['/assets/a.wasm', 'application/wasm'],
      ['/assets/a.css', 'text/css; charset=utf-8'],
      ['/data/iris.csv', 'text/csv; charset=utf-8'],
      ['/app.webmanifest', 'application/manifest+json'],
    ] as const;
    for (const [path, type] of types) {
      const answer = await ask(server, path);
      expect([path, answer.status, answer.headers['content-type']]).toEqual([path, 200, type]);
    }
    expect((await ask(server, '/a%20b.txt?x=1')).body).toBe('spaced');
  });

  it('keeps hashed files for ever and asks again for the rest', async () => {
    const server = await start();
    expect((await ask(server, '/assets/a-1x.js')).headers['cache-control']).toContain('immutable');
    const page = await ask(server, '/');
    expect(page.headers['cache-control']).toBe('no-cache');
    const again = await ask(server, '/', {'if-none-match': String(page.headers.etag)});
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('never leaves its folder', async () => {
    const server = await start();
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/..%5csecret.txt',
      '/../site-beside/secret.txt',
      '//etc/passwd',
      '/link.txt',
      '/.stamp',
      '/index.html%00.js',
      '/none.txt',
    ];
    for (const path of paths) {
      const answer = await ask(server, path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toContain('secret');
    }
    expect((await ask(server, '/%zz')).status).toBe(400);
    expect((await ask(server, '/', {}, 'POST')).status).toBe(405);
  });

  it('serves from a path below the root', async () => {
    const server = await start('/courses/basin');
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/courses/basin/`);
    expect((await ask(server, '/courses/basin/')).status).toBe(200);
    expect((await ask(server, '/courses/basin/data/iris.csv')).body).toBe('1,2');
    expect((await ask(server, '/data/iris.csv')).status).toBe(404);
    expect((await ask(server, '/courses/basin/../../secret.txt')).status).toBe(404);
    const redirect = await ask(server, '/courses/basin');
    expect([redirect.status, redirect.headers.location]).toEqual([301, '/courses/basin/']);
  });

  it('answers HEAD without a body', async () => {
    const answer = await ask(await start(), '/data/iris.csv', {}, 'HEAD');
    expect([answer.status, answer.headers['content-length'], answer.body]).toEqual([200, '3', '']);
  });

  it('says when its port is taken', async () => {
    const {port} = await start();
    await expect(serve(join(home, 'site'), port)).rejects.toMatchObject({code: 'EADDRINUSE'});
  });
});

describe('freshness', () => {
  const at = (path: string, seconds: number): void => utimesSync(join(home, path), seconds, seconds);

  it('compares a stamp with the newest source', () => {
    mkdirSync(join(home, 'src', 'deep'), {recursive: true});
    writeFileSync(join(home, 'src', 'deep', 'a.ts'), '');
    for (const path of ['src/deep/a.ts', 'src/deep', 'src']) at(path, 1000);
    const sources = [join(home, 'src'), join(home, 'absent.json')];
    const stamp = join(home, 'out', '.stamp');
    expect(isStale(stamp, sources)).toBe(true);
    writeStamp(stamp, 1_500_000);
    expect(isStale(stamp, sources)).toBe(false);
    at('src/deep/a.ts', 2000);
    expect(newestChange(sources)).toBe(2_000_000);
    expect(isStale(stamp, sources)).toBe(true);
  });

  it('notices a deleted file', () => {
    const folder = join(home, 'shrinking');
    mkdirSync(folder);
    for (const name of ['a.ts', 'b.ts']) {
      writeFileSync(join(folder, name), '');
      at(`shrinking/${name}`, 1000);
    }
    at('shrinking', 1000);
    const stamp = join(home, 'out', '.shrinking');
    writeStamp(stamp, 1_500_000);
    expect(isStale(stamp, [folder])).toBe(false);
    rmSync(join(folder, 'b.ts'));
    expect(isStale(stamp, [folder])).toBe(true);
  });

  it('knows whether the packages of the lock file are there', () => {
    const write = (path: string, packages: object): void => writeFileSync(join(home, path), JSON.stringify({packages}));
    mkdirSync(join(home, 'node_modules'), {recursive: true});
    write('package-lock.json', {'': {}, 'node_modules/a': {version: '1.0.0'}, 'node_modules/other-system': {version: '1.0.0', optional: true}});
    expect(isInstalled(home)).toBe(false);
    write('node_modules/.package-lock.json', {'node_modules/a': {version: '0.9.0'}});
    expect(isInstalled(home)).toBe(false);
    write('node_modules/.package-lock.json', {'node_modules/a': {version: '1.0.0'}});
    expect(isInstalled(home)).toBe(true);
  });
});

describe('house rules', () => {
  it.each([
    ['src/solvers/sgd/solver.ts', 'const a = Math.random();', /randomStream/],
    ['src/engine/loop.ts', 'const a = performance.now();', /Clock/],
    ['src/state/a.ts', 'const a = Date.now();', /clock/],
    ['src/ui/a.tsx', 'const a = <p dangerouslySetInnerHTML={{__html: b}} />;', /untrusted/],
    ['src/numerics/a.ts', 'const a = t.dataSync();', /await/],
    ['src/ui/a.ts', `const a = '${'https:'}//fonts.example';`, /third party/],
    ['src/core/a.ts', '\n'.repeat(401), /split it/],
  ])('%s: %s', (path, text, advice) => {
    const faults = houseFaults(path, text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(advice);
  });

  it('pass over comments, SVG names and the places that may read the clock', () => {
    expect(houseFaults('src/solvers/a.ts', `// never Math.random, see ${'https:'}//example.org\nexport {};`)).toEqual([]);
    expect(houseFaults('src/ui/a.ts', `const a = '${'http:'}//www.w3.org/2000/svg';`)).toEqual([]);
    expect(houseFaults('src/client/a.ts', 'const a = performance.now();')).toEqual([]);
  });
});
