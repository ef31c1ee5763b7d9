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
 * The hidden activity that a block opens.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\local;

use cm_info;
use stdClass;

/**
 * The hidden activity that a block opens.
 *
 * Moodle launches an external tool for a learner from an activity alone. So a course with the block has one for each
 * widget that can be opened and does not show on the course page; it is known by its ID number.
 */
class activity {
    /** @var string[] The widgets there are; the first is the one of a block that names none. */
    public const WIDGETS = ['check-in', 'feedback', 'ask', 'mentoring'];

    /**
     * The ID number of the activity of a widget.
     *
     * @param string $widget
     * @return string
     */
    public static function idnumber(string $widget): string {
        return "cairn-block-$widget";
    }

    /**
     * The activity of a widget in a course.
     *
     * @param int $courseid
     * @param string $widget
     * @return cm_info|null null where there is none, or it is being deleted
     */
    public static function find(int $courseid, string $widget): ?cm_info {
        foreach (get_fast_modinfo($courseid)->get_instances_of('lti') as $cm) {
            if ($cm->idnumber === self::idnumber($widget) && !$cm->deletioninprogress) {
                return $cm;
            }
        }
        return null;
    }

    /**
     * The activity of a widget in a course, made where there is none.
     *
     * @param stdClass $course
     * @param string $widget
     * @return cm_info
     * @throws \moodle_exception no tool was chosen
     */
    public static function ensure(stdClass $course, string $widget): cm_info {
        global $CFG;
        $there = self::find($course->id, $widget);
        if ($there) {
            return $there;
        }
        require_once($CFG->dirroot . '/course/modlib.php');
        require_once($CFG->dirroot . '/mod/lti/locallib.php');
        add_moduleinfo((object) self::values($course, $widget, tool::chosen()), $course);
        return self::find($course->id, $widget);
    }

    /**
     * Delete the activity of a widget.
     *
     * @param int $courseid
     * @param string $widget
     */
    public static function delete(int $courseid, string $widget): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $there = self::find($courseid, $widget);
        if ($there) {
            course_delete_module($there->id);
        }
    }

    /**
     * What the form of an external tool would have sent.
     *
     * @param stdClass $course
     * @param string $widget
     * @param int $typeid
     * @return array
     */
    private static function values(stdClass $course, string $widget, int $typeid): array {
        global $DB;
        return [
            'modulename' => 'lti',
            'module' => $DB->get_field('modules', 'id', ['name' => 'lti'], MUST_EXIST),
            'course' => $course->id,
            'section' => 0,
            'groupmode' => NOGROUPS,
            'groupingid' => 0,
            'name' => get_string("widget_$widget", 'block_cairn'),
            'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
            'cmidnumber' => self::idnumber($widget),
            'visible' => 1,
            'visibleoncoursepage' => 0,
            'typeid' => $typeid,
            'toolurl' => '',
            'securetoolurl' => '',
            'icon' => '',
            'secureicon' => '',
            'resourcekey' => '',
            'password' => '',
            'launchcontainer' => LTI_LAUNCH_CONTAINER_REPLACE_MOODLE_WINDOW,
            'instructorcustomparameters' => "widget=$widget\nplacement=block",
            'instructorchoicesendname' => LTI_SETTING_ALWAYS,
            'instructorchoicesendemailaddr' => LTI_SETTING_NEVER,
            'instructorchoiceacceptgrades' => LTI_SETTING_NEVER,
            'showtitlelaunch' => 0,
            'showdescriptionlaunch' => 0,
            'lineitemresourceid' => '',
            'lineitemtag' => '',
            'lineitemsubreviewurl' => '',
            'lineitemsubreviewparams' => '',
            'grade' => 0,
            'completion' => COMPLETION_TRACKING_NONE,
        ];
    }
}
