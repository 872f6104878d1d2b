import {STAR} from '../star.ts';
import {LEVELS} from '../surface.ts';

/** The renderer's three programs, in GLSL for WebGL 2. Positions are those of the scene (see mesh.ts). */
export interface Source {
  readonly vertex: string;
  readonly fragment: string;
}

const HEADER = '#version 300 es\nprecision highp float;\n';

/** The surface: the map's colours, gently lit from the left, with the map's level lines. */
export const SURFACE: Source = {
  vertex: `${HEADER}
    in vec3 position;
    in vec3 normal;
    in float shade;
    uniform mat4 clip;
    out vec3 vNormal;
    out float vShade;
    void main() {
      vNormal = normal;
      vShade = shade;
      gl_Position = clip * vec4(position, 1.0);
    }`,
  fragment: `${HEADER}
    in vec3 vNormal;
    in float vShade;
    uniform sampler2D ramp;
    uniform vec3 light;
    uniform vec4 levelColour;
    /** Brightness in full shadow, and what light adds. */
    uniform vec2 brightness;
    out vec4 colour;
    void main() {
      vec3 flat_ = texture(ramp, vec2((vShade * 255.0 + 0.5) / 256.0, 0.5)).rgb;
      float lit = dot(normalize(vNormal), light) * (gl_FrontFacing ? 1.0 : -1.0);
      vec3 shaded = min(flat_ * (brightness.x + brightness.y * (0.5 + 0.5 * lit)), 1.0);
      float place = vShade * ${LEVELS}.0 - 0.5;
      float off = abs(fract(place - 0.5) - 0.5) / max(fwidth(place), 1e-4);
      float line = (1.0 - smoothstep(0.4, 1.2, off)) * step(-0.25, place) * step(place, ${LEVELS}.0 - 0.75);
      // Where levels crowd together they would make one dark patch.
      line *= 1.0 - smoothstep(0.25, 0.6, fwidth(place));
      colour = vec4(mix(shaded, levelColour.rgb, levelColour.a * line), 1.0);
    }`,
};

/** Thick lines: each instance is one piece, drawn as a strip of four corners; dashes count along the line. */
export const LINES: Source = {
  vertex: `${HEADER}
    in vec3 from;
    in vec3 to;
    in vec2 arcs;
    uniform mat4 clip;
    uniform vec2 viewport;
    uniform float halfWidth;
    uniform float bias;
    out float vArc;
    void main() {
      float end = float(gl_VertexID / 2);
      float side = float(gl_VertexID % 2) * 2.0 - 1.0;
      vec4 a = clip * vec4(from, 1.0);
      vec4 b = clip * vec4(to, 1.0);
      vec2 along = (b.xy / b.w - a.xy / a.w) * viewport;
      vec2 unit = dot(along, along) > 0.0 ? normalize(along) : vec2(1.0, 0.0);
      vec4 here = mix(a, b, end);
      vec2 shift = vec2(-unit.y, unit.x) * side * halfWidth + unit * (end * 2.0 - 1.0) * 0.4;
      here.xy += 2.0 * shift / viewport * here.w;
      here.z -= bias * here.w;
      vArc = mix(arcs.x, arcs.y, end);
      gl_Position = here;
    }`,
  fragment: `${HEADER}
    in float vArc;
    uniform vec4 ink;
    /** Line, gap, line, gap; all 0 where the line is whole. */
    uniform vec4 dash;
    out vec4 colour;
    void main() {
      float period = dash.x + dash.y + dash.z + dash.w;
      if (period > 0.0) {
        float at = mod(vArc, period);
        if ((at > dash.x && at < dash.x + dash.y) || at > dash.x + dash.y + dash.z) discard;
      }
      colour = vec4(ink.rgb * ink.a, ink.a);
    }`,
};

/** What a flat thing is cut to; a whole one fills its square. */
export const SHAPES = {whole: 0, disc: 1, star: 2} as const;
const STAR_NOTCH = (0.5 * STAR.inner) / STAR.outer;

/** Flat colour: the floor, and marks. */
export const FLAT: Source = {
  vertex: `${HEADER}
    in vec3 position;
    uniform mat4 clip;
    uniform float bias;
    uniform float size;
    void main() {
      gl_Position = clip * vec4(position, 1.0);
      gl_Position.z -= bias * gl_Position.w;
      gl_PointSize = size;
    }`,
  fragment: `${HEADER}
    uniform vec4 ink;
    uniform int shape;
    out vec4 colour;
    // How far a point lies outside a star's edge; its corners are 0.5 and ${STAR_NOTCH.toFixed(4)} from the middle. The edges of all points are one edge, mirrored.
    float offStar(vec2 at) {
      const float sector = ${(Math.PI / 5).toFixed(6)};
      float angle = mod(atan(at.x, -at.y), 2.0 * sector);
      angle = min(angle, 2.0 * sector - angle);
      vec2 edge = ${STAR_NOTCH.toFixed(4)} * vec2(cos(sector), sin(sector)) - vec2(0.5, 0.0);
      vec2 outward = normalize(vec2(edge.y, -edge.x));
      return dot(length(at) * vec2(cos(angle), sin(angle)) - vec2(0.5, 0.0), outward);
    }
    void main() {
      float inside = 1.0;
      vec2 at = gl_PointCoord - 0.5;
      if (shape == ${SHAPES.disc}) inside = 1.0 - smoothstep(0.46, 0.5, length(at));
      if (shape == ${SHAPES.star}) inside = 1.0 - smoothstep(-0.03, 0.0, offStar(at));
      if (inside <= 0.0) discard;
      colour = vec4(ink.rgb, 1.0) * ink.a * inside;
    }`,
};
