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
 * Web service: enrolments and completions in bulk.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\external;

use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use core_external\external_warnings;
use core_external\util;

/**
 * Tells for many courses at once who is enrolled and completed when, with raw times.
 */
class get_completions extends external_api {
    /** @var int Most rows in one answer. */
    private const MOST = 5000;

    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseids' => new external_multiple_structure(new external_value(PARAM_INT, 'Number of a course')),
            'since' => new external_value(
                PARAM_INT,
                'Only those enrolled, changed or completed at this time or later; 0 for all',
                VALUE_DEFAULT,
                0
            ),
            'limitfrom' => new external_value(PARAM_INT, 'Rows to leave out at the beginning', VALUE_DEFAULT, 0),
            'limitnum' => new external_value(PARAM_INT, 'Rows to give, at most ' . self::MOST, VALUE_DEFAULT, 1000),
        ]);
    }

    /**
     * Read one page.
     *
     * @param int[] $courseids
     * @param int $since
     * @param int $limitfrom
     * @param int $limitnum
     * @return array
     */
    public static function execute(array $courseids, int $since = 0, int $limitfrom = 0, int $limitnum = 1000): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseids' => $courseids,
            'since' => $since,
            'limitfrom' => $limitfrom,
            'limitnum' => $limitnum,
        ]);
        [$courses, $warnings] = util::validate_courses(array_unique($params['courseids']), [], true);
        foreach ($courses as $course) {
            require_capability('block/cairn:readcompletions', $course->context);
        }
        $limitnum = min(max($params['limitnum'], 1), self::MOST);
        return [
            'completions' => self::page(array_keys($courses), $params['since'], max($params['limitfrom'], 0), $limitnum),
            'warnings' => $warnings,
        ];
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'completions' => new external_multiple_structure(new external_single_structure([
                'courseid' => new external_value(PARAM_INT, 'Number of the course'),
                'userid' => new external_value(PARAM_INT, 'Number of the user'),
                'timeenrolled' => new external_value(PARAM_INT, 'When the first enrolment began, in seconds since 1970'),
                'timecompleted' => new external_value(PARAM_INT, 'When the course was completed, 0 where it was not'),
                'completed' => new external_value(PARAM_BOOL, 'Whether the course was completed'),
            ])),
            'warnings' => new external_warnings(),
        ]);
    }

    /**
     * One row for each user and course, by course and user: one query.
     *
     * @param int[] $courseids
     * @param int $since
     * @param int $limitfrom
     * @param int $limitnum
     * @return array[]
     */
    private static function page(array $courseids, int $since, int $limitfrom, int $limitnum): array {
        global $DB;
        if (!$courseids) {
            return [];
        }
        [$insql, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $having = '';
        if ($since > 0) {
            $having = 'HAVING MAX(ue.timemodified) >= :changed OR MAX(cc.timecompleted) >= :completed';
            $params += ['changed' => $since, 'completed' => $since];
        }
        $sql = "SELECT e.courseid, ue.userid,
                       MIN(CASE WHEN ue.timestart > 0 THEN ue.timestart ELSE ue.timecreated END) AS timeenrolled,
                       MAX(cc.timecompleted) AS timecompleted
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                  JOIN {user} u ON u.id = ue.userid AND u.deleted = 0
             LEFT JOIN {course_completions} cc ON cc.course = e.courseid AND cc.userid = ue.userid
                 WHERE e.courseid $insql
              GROUP BY e.courseid, ue.userid
                       $having
              ORDER BY e.courseid, ue.userid";
        $rows = [];
        $recordset = $DB->get_recordset_sql($sql, $params, $limitfrom, $limitnum);
        foreach ($recordset as $record) {
            $rows[] = [
                'courseid' => $record->courseid,
                'userid' => $record->userid,
                'timeenrolled' => $record->timeenrolled,
                'timecompleted' => $record->timecompleted ?? 0,
                'completed' => !empty($record->timecompleted),
            ];
        }
        $recordset->close();
        return $rows;
    }
}
