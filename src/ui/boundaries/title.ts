import type {Task} from '../../core/data.ts';
import type {Boundary} from '../../core/protocol.ts';
import {isFit} from '../format.ts';

/** The boundaries are named after what they show. */
export function boundaryTitle(kind: Boundary['kind'] | undefined, task: Task): string {
  if (isFit(task)) return 'Fits';
  if (kind === 'tokens' || task === 'sequence') return 'Next tokens';
  return kind === 'confusion' ? 'Confusion' : 'Boundaries';
}
