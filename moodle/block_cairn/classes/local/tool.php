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
 * The external tool that the blocks open.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\local;

/**
 * The external tool that the blocks open.
 */
class tool {
    /**
     * The LTI 1.3 tools of the site that are active.
     *
     * @return string[] name by number
     */
    public static function choices(): array {
        global $CFG, $DB, $SITE;
        require_once($CFG->dirroot . '/mod/lti/locallib.php');
        return $DB->get_records_menu('lti_types', [
            'course' => $SITE->id,
            'state' => LTI_TOOL_STATE_CONFIGURED,
            'ltiversion' => LTI_VERSION_1P3,
        ], 'name, id', 'id, name');
    }

    /**
     * The number of the tool that was chosen.
     *
     * @return int
     * @throws \moodle_exception none was chosen, or it is no longer there
     */
    public static function chosen(): int {
        $typeid = (int) get_config('block_cairn', 'typeid');
        if (!array_key_exists($typeid, self::choices())) {
            throw new \moodle_exception('notool', 'block_cairn');
        }
        return $typeid;
    }
}
