<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * The block.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use block_cairn\local\activity;
use block_cairn\local\placement;

/**
 * Shows a widget of Cairn beside a course page, by the ordinary launch of the hidden activity behind it.
 */
class block_cairn extends block_base {
    /** @var int[] Heights in pixels between which a widget may ask for the height of its frame. */
    private const HEIGHTS = [80, 2400];

    /**
     * Begin.
     */
    public function init(): void {
        $this->title = get_string('pluginname', 'block_cairn');
    }

    /**
     * Take the title from the widget.
     */
    public function specialization(): void {
        $this->title = get_string('widget_' . $this->widget(), 'block_cairn');
    }

    /**
     * On which pages the block may stand.
     *
     * @return array
     */
    public function applicable_formats(): array {
        return ['all' => false, 'course-view' => true, 'site-index' => false];
    }

    /**
     * One block for each widget.
     *
     * @return bool
     */
    public function instance_allow_multiple(): bool {
        return true;
    }

    /**
     * There are settings of the site.
     *
     * @return bool
     */
    public function has_config(): bool {
        return true;
    }

    /**
     * Make the activity behind a block that was added by hand.
     *
     * @return bool
     */
    public function instance_create(): bool {
        $this->ensure_activity($this->widget());
        return true;
    }

    /**
     * Make the activity of another widget when it is chosen, and take out that of the widget before.
     *
     * @param stdClass $data
     * @param bool $nolongerused
     */
    public function instance_config_save($data, $nolongerused = false): void {
        $before = $this->widget();
        parent::instance_config_save($data, $nolongerused);
        $this->ensure_activity(placement::widget_of($data));
        $this->drop_activity($before);
    }

    /**
     * Take the hidden activity along.
     *
     * @return bool
     */
    public function instance_delete(): bool {
        $this->drop_activity($this->widget(), $this->instance->id);
        return true;
    }

    /**
     * The frame with the widget; nothing for somebody who may not open it.
     *
     * @return stdClass
     */
    public function get_content(): stdClass {
        if ($this->content !== null) {
            return $this->content;
        }
        $this->content = (object) ['text' => '', 'footer' => ''];
        $cm = activity::find($this->page->course->id, $this->widget());
        if ($cm && $cm->uservisible) {
            $this->content->text = $this->frame($cm);
            $this->content->footer = html_writer::link(
                new moodle_url('/mod/lti/view.php', ['id' => $cm->id]),
                get_string('openalone', 'block_cairn')
            );
        } else if (!$cm && $this->page->user_is_editing()) {
            $this->content->text = html_writer::tag('p', get_string('notplaced', 'block_cairn'));
        }
        return $this->content;
    }

    /**
     * The frame, which grows to the height that the page in it asks for.
     *
     * @param cm_info $cm
     * @return string
     */
    private function frame(cm_info $cm): string {
        $id = 'block-cairn-' . $this->instance->id;
        [$least, $most] = self::HEIGHTS;
        $height = min(max((int) (get_config('block_cairn', 'height') ?: 420), $least), $most);
        $this->page->requires->js_amd_inline(<<<JS
            (() => {
                const frame = document.getElementById('$id');
                window.addEventListener('message', (event) => {
                    const told = event.data;
                    if (frame && event.source === frame.contentWindow && told && told.subject === 'lti.frameResize') {
                        const height = Number(told.height);
                        if (height >= $least && height <= $most) {
                            frame.height = height;
                        }
                    }
                });
            })();
        JS);
        return html_writer::tag('iframe', '', [
            'id' => $id,
            'src' => new moodle_url('/mod/lti/launch.php', ['id' => $cm->id]),
            'title' => $this->title,
            'width' => '100%',
            'height' => $height,
            'class' => 'border-0 w-100',
        ]);
    }

    /**
     * The widget that this block shows.
     *
     * @return string
     */
    private function widget(): string {
        return placement::widget_of(isset($this->config) && is_object($this->config) ? $this->config : null);
    }

    /**
     * See to it that there is an activity to open; where no tool is chosen yet, the page says so.
     *
     * @param string $widget
     */
    private function ensure_activity(string $widget): void {
        $courseid = $this->courseid();
        if (!$courseid) {
            return;
        }
        try {
            activity::ensure(get_course($courseid), $widget);
        } catch (moodle_exception $problem) {
            \core\notification::error($problem->getMessage());
        }
    }

    /**
     * Take the hidden activity of a widget out of the course, unless a block there still shows it.
     *
     * @param string $widget
     * @param int $butnot a block that does not count
     */
    private function drop_activity(string $widget, int $butnot = 0): void {
        $courseid = $this->courseid();
        if (!$courseid) {
            return;
        }
        $left = array_filter(
            placement::all($courseid, $widget),
            static fn(stdClass $block): bool => (int) $block->id !== $butnot
        );
        if (!$left) {
            activity::delete($courseid, $widget);
        }
    }

    /**
     * The course in whose page the block stands.
     *
     * @return int 0 where it stands elsewhere, or the course is being deleted
     */
    private function courseid(): int {
        global $DB;
        $context = context::instance_by_id($this->instance->parentcontextid, IGNORE_MISSING);
        $there = $context instanceof context_course && $DB->record_exists('course', ['id' => $context->instanceid]);
        return $there ? (int) $context->instanceid : 0;
    }
}
