import type {SurfaceLayout} from '../../core/data.ts';
import type {Landscape} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';
import type {Walker} from './LandscapePicture.tsx';
import type {Floor} from './reading.ts';
import type {Surface} from './surface.ts';

/** What every view of a landscape shows, and every picture saved of it. */
export interface Shown {
  readonly landscape: Landscape;
  readonly surface: Surface;
  /** Width over height where a unit is drawn as long along both axes; null where the picture fills its panel. */
  readonly aspect: number | null;
  /** The certified optimum, where it is known. */
  readonly floor: Floor | null;
  readonly walkers: readonly Walker[];
  /** Known minima, where the landscape is a function of two numbers. */
  readonly minima: SurfaceLayout['minima'];
  /** Whether points of a path fade with their distance from the plane. */
  readonly fade: boolean;
  readonly ink: Ink;
}

export const NO_MINIMA: SurfaceLayout['minima'] = [];
