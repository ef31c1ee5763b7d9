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
 * Web service: placing the block.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\external;

use block_cairn\local\activity;
use block_cairn\local\placement;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_single_structure;
use core_external\external_value;

/**
 * Makes a widget stand in a course by the block, takes it out, or tells where it stands. Twice changes nothing.
 */
class place extends external_api {
    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Number of the course'),
            'widget' => new external_value(PARAM_ALPHANUMEXT, 'check-in, feedback, ask or mentoring'),
            'action' => new external_value(PARAM_ALPHA, 'place, remove, or find (changes nothing)', VALUE_DEFAULT, 'place'),
        ]);
    }

    /**
     * Do it.
     *
     * @param int $courseid
     * @param string $widget
     * @param string $action
     * @return array
     */
    public static function execute(int $courseid, string $widget, string $action = 'place'): array {
        ['courseid' => $courseid, 'widget' => $widget, 'action' => $action] = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'widget' => $widget, 'action' => $action]
        );
        if (!in_array($widget, activity::WIDGETS, true)) {
            throw new \invalid_parameter_exception(get_string('unknownwidget', 'block_cairn'));
        }
        $course = get_course($courseid);
        $context = \context_course::instance($courseid);
        self::validate_context($context);
        require_capability('block/cairn:place', $context);
        $changed = match ($action) {
            'place' => placement::place($course, $widget),
            'remove' => placement::remove($course, $widget),
            'find' => false,
            default => throw new \invalid_parameter_exception('action'),
        };
        $block = placement::find($courseid, $widget);
        $cm = activity::find($courseid, $widget);
        $stands = $block && $cm;
        return [
            'courseid' => $courseid,
            'widget' => $widget,
            'changed' => $changed,
            'blockinstanceid' => $stands ? $block->id : 0,
            'cmid' => $stands ? $cm->id : 0,
            'instanceid' => $stands ? $cm->instance : 0,
        ];
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Number of the course'),
            'widget' => new external_value(PARAM_ALPHANUMEXT, 'The widget'),
            'changed' => new external_value(PARAM_BOOL, 'Whether this call changed anything'),
            'blockinstanceid' => new external_value(PARAM_INT, 'Number of the block, 0 where it does not stand'),
            'cmid' => new external_value(PARAM_INT, 'Course module of the hidden activity, 0 where it does not stand'),
            'instanceid' => new external_value(PARAM_INT, 'Number of the hidden activity, 0 where it does not stand'),
        ]);
    }
}
