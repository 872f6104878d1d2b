import type {Mesh, Point} from './mesh.ts';
import {FLAT, LINES, SHAPES, type Source, SURFACE} from './shaders.ts';

/** Red, green, blue and alpha, 0..1. */
export type Paint = readonly [number, number, number, number];

export interface SceneLine {
  readonly pieces: readonly (readonly Point[])[];
  readonly paint: Paint;
  /** In CSS pixels. */
  readonly width: number;
  /** Line, gap, line, gap in CSS pixels, as near as a picture in perspective can say; none for a whole line. */
  readonly dash: readonly number[];
  /** Drawn beneath the line, wider, so that it is seen on any shade. */
  readonly halo: Paint | null;
}

export interface SceneMark {
  readonly at: Point;
  readonly shape: 'disc' | 'star';
  readonly paint: Paint;
  /** In CSS pixels. */
  readonly size: number;
}

export interface Scene {
  readonly mesh: Mesh;
  /** 256 pixels of red, green, blue, alpha: the colours of the shades 0..1. */
  readonly ramp: DataView;
  readonly levelPaint: Paint;
  /** Brightness in full shadow, and what light adds. */
  readonly brightness: readonly [number, number];
  /** Always behind or before the surface as it comes; paths and the frame. */
  readonly lines: readonly SceneLine[];
  readonly marks: readonly SceneMark[];
  /** A translucent horizontal square. */
  readonly floor: {readonly height: number; readonly reach: number; readonly paint: Paint} | null;
}

export interface Renderer {
  /** Whether the processor draws in place of a graphics card. */
  readonly isSlow: boolean;
  /** @param width in CSS pixels, times `ratio` for device pixels. A scene is uploaded when it is first drawn. */
  draw(scene: Scene, matrix: Float32Array, width: number, height: number, ratio: number): void;
  dispose(): void;
}

type Gl = WebGL2RenderingContext;

/** Nearer to the eye by this much in depth: what lies on the surface is not cut by its triangles. */
const BIAS = 4e-4;
/** What lies behind the surface is hinted at. */
const HIDDEN = 0.22;
/** CSS pixels of dash for a unit of the scene. */
const DASH_SCALE = 190;
const LIGHT: Point = [-0.48, -0.36, 0.8];

function compile(gl: Gl, {vertex, fragment}: Source): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind);
    if (!shader) continue;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  // A lost context fails to link as well, and comes back.
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program) ?? 'a shader does not link');
  return program;
}

/** A buffer bound to an attribute; `floats` a vertex from a record of `stride` floats. */
function feed(gl: Gl, program: WebGLProgram, name: string, floats: number, {stride = floats, offset = 0, each = 0} = {}): void {
  const at = gl.getAttribLocation(program, name);
  if (at < 0) return;
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, floats, gl.FLOAT, false, 4 * stride, 4 * offset);
  gl.vertexAttribDivisor(at, each);
}

function upload(gl: Gl, target: number, data: Float32Array | Uint32Array): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(target, buffer);
  gl.bufferData(target, data as AllowSharedBufferSource, gl.STATIC_DRAW);
  return buffer;
}

/** Pieces as records of both ends and the length of line up to each. */
function segmentsOf(pieces: SceneLine['pieces']): Float32Array {
  const records: number[] = [];
  for (const piece of pieces) {
    let arc = 0;
    for (let i = 1; i < piece.length; i++) {
      const [a, b] = [piece[i - 1], piece[i]];
      const next = arc + DASH_SCALE * Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
      records.push(...a, ...b, arc, next);
      arc = next;
    }
  }
  return Float32Array.from(records);
}

const RECORD = 8;

/** What stands on the graphics processor for one scene. */
interface Stored {
  readonly scene: Scene;
  readonly body: WebGLVertexArrayObject;
  readonly lines: readonly {readonly line: SceneLine; readonly array: WebGLVertexArrayObject; readonly count: number}[];
  readonly floor: WebGLVertexArrayObject;
  readonly marks: WebGLVertexArrayObject;
  release(): void;
}

/** Words in the names of renderers that are programs. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

function nameOf(gl: Gl): string {
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** Draws a scene on a canvas with WebGL 2; null where there is none. Draws only when told to. */
export function createRenderer(canvas: HTMLCanvasElement): Renderer | null {
  // Edges are smoothed by more pixels: multisampling takes three times as long where the processor draws.
  const gl = canvas.getContext('webgl2', {antialias: false});
  if (!gl) return null;
  const programs = {surface: compile(gl, SURFACE), lines: compile(gl, LINES), flat: compile(gl, FLAT)};
  let stored: Stored | null = null;
  return {
    isSlow: SOFTWARE.test(nameOf(gl)),
    draw(scene, matrix, width, height, ratio) {
      if (gl.isContextLost()) return;
      if (stored?.scene !== scene) {
        stored?.release();
        stored = store(gl, programs, scene);
      }
      const size = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
      gl.viewport(0, 0, size[0], size[1]);
      paint(gl, programs, stored, matrix, ratio);
    },
    dispose() {
      stored?.release();
      stored = null;
      for (const program of Object.values(programs)) gl.deleteProgram(program);
    },
  };
}

type Programs = Readonly<Record<'surface' | 'lines' | 'flat', WebGLProgram>>;

function store(gl: Gl, programs: Programs, scene: Scene): Stored {
  const buffers: WebGLBuffer[] = [];
  const arrays: WebGLVertexArrayObject[] = [];
  const array = (fill: () => void): WebGLVertexArrayObject => {
    const made = gl.createVertexArray();
    gl.bindVertexArray(made);
    fill();
    gl.bindVertexArray(null);
    arrays.push(made);
    return made;
  };
  const floats = (data: Float32Array): void => void buffers.push(upload(gl, gl.ARRAY_BUFFER, data));
  const {mesh, floor, marks} = scene;
  const body = array(() => {
    for (const [name, data, size] of [['position', mesh.positions, 3], ['normal', mesh.normals, 3], ['shade', mesh.shades, 1]] as const) {
      floats(data);
      feed(gl, programs.surface, name, size);
    }
    buffers.push(upload(gl, gl.ELEMENT_ARRAY_BUFFER, mesh.indices));
  });
  const lines = scene.lines.map((line) => {
    const records = segmentsOf(line.pieces);
    const made = array(() => {
      floats(records);
      feed(gl, programs.lines, 'from', 3, {stride: RECORD, each: 1});
      feed(gl, programs.lines, 'to', 3, {stride: RECORD, offset: 3, each: 1});
      feed(gl, programs.lines, 'arcs', 2, {stride: RECORD, offset: 6, each: 1});
    });
    return {line, array: made, count: records.length / RECORD};
  });
  const flat = (points: readonly Point[]): WebGLVertexArrayObject =>
    array(() => {
      floats(Float32Array.from(points.flat()));
      feed(gl, programs.flat, 'position', 3);
    });
  const [r, h] = [floor?.reach ?? 0, floor?.height ?? 0];
  const floorArray = flat([[-r, -r, h], [r, -r, h], [-r, r, h], [r, r, h]]);
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(scene.ramp.buffer));
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
  const release = (): void => {
    for (const one of buffers) gl.deleteBuffer(one);
    for (const one of arrays) gl.deleteVertexArray(one);
    gl.deleteTexture(texture);
  };
  return {scene, body, lines, floor: floorArray, marks: flat(marks.map(({at}) => at)), release};
}

function paint(gl: Gl, programs: Programs, stored: Stored, matrix: Float32Array, ratio: number): void {
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  gl.enable(gl.DEPTH_TEST);
  gl.depthFunc(gl.LEQUAL);
  gl.depthMask(true);
  gl.disable(gl.BLEND);
  paintBody(gl, programs.surface, stored, matrix);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.depthMask(false);
  paintFloor(gl, programs.flat, stored, matrix);
  paintLines(gl, programs.lines, stored, matrix, ratio);
  paintMarks(gl, programs.flat, stored, matrix, ratio);
  gl.bindVertexArray(null);
}

function take(gl: Gl, program: WebGLProgram, matrix: Float32Array): void {
  // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's word, not React's
  gl.useProgram(program);
  gl.uniformMatrix4fv(gl.getUniformLocation(program, 'clip'), false, matrix);
}

function paintBody(gl: Gl, program: WebGLProgram, {scene, body}: Stored, matrix: Float32Array): void {
  take(gl, program, matrix);
  gl.uniform3fv(gl.getUniformLocation(program, 'light'), LIGHT);
  gl.uniform4fv(gl.getUniformLocation(program, 'levelColour'), scene.levelPaint);
  gl.uniform2fv(gl.getUniformLocation(program, 'brightness'), scene.brightness);
  gl.bindVertexArray(body);
  gl.drawElements(gl.TRIANGLES, scene.mesh.indices.length, gl.UNSIGNED_INT, 0);
}

function paintFloor(gl: Gl, program: WebGLProgram, {scene: {floor: square}, floor}: Stored, matrix: Float32Array): void {
  if (!square) return;
  take(gl, program, matrix);
  gl.uniform1f(gl.getUniformLocation(program, 'bias'), 0);
  gl.uniform1i(gl.getUniformLocation(program, 'shape'), SHAPES.whole);
  gl.uniform4fv(gl.getUniformLocation(program, 'ink'), square.paint);
  gl.bindVertexArray(floor);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}

function paintLines(gl: Gl, program: WebGLProgram, {lines}: Stored, matrix: Float32Array, ratio: number): void {
  take(gl, program, matrix);
  const uniform = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  gl.uniform2f(uniform('viewport'), gl.drawingBufferWidth, gl.drawingBufferHeight);
  const stroke = (width: number, paint: Paint, alpha: number, dash: readonly number[], bias: number, count: number): void => {
    gl.uniform1f(uniform('halfWidth'), (width * ratio) / 2);
    gl.uniform4f(uniform('ink'), paint[0], paint[1], paint[2], paint[3] * alpha);
    gl.uniform4f(uniform('dash'), dash[0] ?? 0, dash[1] ?? 0, dash[2] ?? 0, dash[3] ?? 0);
    gl.uniform1f(uniform('bias'), bias);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  };
  for (const {line, array, count} of lines) {
    if (count === 0) continue;
    const {width, paint, dash, halo} = line;
    gl.bindVertexArray(array);
    if (halo) {
      gl.depthFunc(gl.GREATER);
      stroke(width, paint, HIDDEN, dash, 0, count);
      gl.depthFunc(gl.LEQUAL);
      stroke(width + 2.2, halo, 1, [], BIAS, count);
    }
    stroke(width, paint, 1, dash, halo ? 1.5 * BIAS : 0, count);
  }
}

function paintMarks(gl: Gl, program: WebGLProgram, {scene, marks}: Stored, matrix: Float32Array, ratio: number): void {
  take(gl, program, matrix);
  gl.uniform1f(gl.getUniformLocation(program, 'bias'), 6 * BIAS);
  gl.bindVertexArray(marks);
  for (const [i, mark] of scene.marks.entries()) {
    gl.uniform4fv(gl.getUniformLocation(program, 'ink'), mark.paint);
    gl.uniform1i(gl.getUniformLocation(program, 'shape'), SHAPES[mark.shape]);
    gl.uniform1f(gl.getUniformLocation(program, 'size'), mark.size * ratio);
    gl.drawArrays(gl.POINTS, i, 1);
  }
}
