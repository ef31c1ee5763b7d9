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
 * Placing the block in a course, and taking it out.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\local;

use stdClass;

/**
 * Placing the block in a course, and taking it out. Twice changes nothing.
 */
class placement {
    /** @var string Where on the page a block comes to stand unless somebody moves it. */
    private const REGION = 'side-pre';

    /** @var int Seconds to wait for somebody who does the same in the same course. */
    private const PATIENCE = 20;

    /**
     * The block that shows a widget in a course, the oldest of several.
     *
     * @param int $courseid
     * @param string $widget
     * @return stdClass|null record of block_instances
     */
    public static function find(int $courseid, string $widget): ?stdClass {
        return self::all($courseid, $widget)[0] ?? null;
    }

    /**
     * Make a widget stand in a course, with the activity behind it.
     *
     * @param stdClass $course
     * @param string $widget
     * @return bool whether anything was changed
     */
    public static function place(stdClass $course, string $widget): bool {
        return self::alone($course->id, static function () use ($course, $widget): bool {
            $complete = self::find($course->id, $widget) && activity::find($course->id, $widget);
            activity::ensure($course, $widget);
            if (!self::find($course->id, $widget)) {
                self::add($course, $widget);
            }
            return !$complete;
        });
    }

    /**
     * Take a widget out of a course, with every block that shows it and the activity behind them.
     *
     * @param stdClass $course
     * @param string $widget
     * @return bool whether anything was changed
     */
    public static function remove(stdClass $course, string $widget): bool {
        global $CFG;
        require_once($CFG->libdir . '/blocklib.php');
        return self::alone($course->id, static function () use ($course, $widget): bool {
            $blocks = self::all($course->id, $widget);
            $stood = $blocks || activity::find($course->id, $widget);
            foreach ($blocks as $block) {
                blocks_delete_instance($block);
            }
            activity::delete($course->id, $widget);
            return (bool) $stood;
        });
    }

    /**
     * The widget of a block.
     *
     * @param stdClass|null $config what was set for the block
     * @return string
     */
    public static function widget_of(?stdClass $config): string {
        $widget = $config->widget ?? '';
        return in_array($widget, activity::WIDGETS, true) ? $widget : activity::WIDGETS[0];
    }

    /**
     * All blocks that show a widget in a course.
     *
     * @param int $courseid
     * @param string $widget
     * @return stdClass[] records of block_instances, the oldest first
     */
    public static function all(int $courseid, string $widget): array {
        global $DB;
        $where = ['blockname' => 'cairn', 'parentcontextid' => \context_course::instance($courseid)->id];
        $records = $DB->get_records('block_instances', $where, 'id');
        return array_values(array_filter($records, static function (stdClass $record) use ($widget): bool {
            $config = $record->configdata ? unserialize_object(base64_decode($record->configdata)) : null;
            return self::widget_of($config) === $widget;
        }));
    }

    /**
     * Add a block that shows a widget to the page of a course.
     *
     * @param stdClass $course
     * @param string $widget
     */
    private static function add(stdClass $course, string $widget): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/blocklib.php');
        $now = time();
        $record = (object) [
            'blockname' => 'cairn',
            'parentcontextid' => \context_course::instance($course->id)->id,
            'showinsubcontexts' => 0,
            'pagetypepattern' => 'course-view-*',
            'subpagepattern' => null,
            'defaultregion' => self::REGION,
            'defaultweight' => -1,
            'configdata' => base64_encode(serialize((object) ['widget' => $widget])),
            'timecreated' => $now,
            'timemodified' => $now,
        ];
        $record->id = $DB->insert_record('block_instances', $record);
        \context_block::instance($record->id);
    }

    /**
     * Do something in a course while nobody else does.
     *
     * @param int $courseid
     * @param callable $deed
     * @return bool what the deed gives
     */
    private static function alone(int $courseid, callable $deed): bool {
        $lock = \core\lock\lock_config::get_lock_factory('block_cairn')->get_lock("place_$courseid", self::PATIENCE);
        if (!$lock) {
            throw new \moodle_exception('locktimeout');
        }
        try {
            return $deed();
        } finally {
            $lock->release();
        }
    }
}
