import {ActionIcon, createTheme, Menu, Modal, Popover, SegmentedControl, Tooltip} from '@mantine/core';

/**
 * Quiet controls: ink on paper, no accent colour of their own, because colour belongs to the
 * contestants. Fonts are the system's.
 */
export const theme = createTheme({
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {fontFamily: 'var(--serif)'},
  primaryColor: 'gray',
  primaryShade: {light: 7, dark: 3},
  defaultRadius: 4,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({defaultProps: {variant: 'subtle'}}),
    Menu: Menu.extend({
      defaultProps: {withInitialFocusPlaceholder: false, shadow: 'md', withinPortal: true, transitionProps: {duration: 80}},
    }),
    Modal: Modal.extend({defaultProps: {closeButtonProps: {'aria-label': 'Close'}, transitionProps: {duration: 80}}}),
    Popover: Popover.extend({defaultProps: {shadow: 'md', withinPortal: true, transitionProps: {duration: 80}}}),
    SegmentedControl: SegmentedControl.extend({defaultProps: {transitionDuration: 0, withItemsBorders: false}}),
    Tooltip: Tooltip.extend({
      defaultProps: {openDelay: 350, transitionProps: {duration: 60}, events: {hover: true, focus: true, touch: false}},
    }),
  },
});
