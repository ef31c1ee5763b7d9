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
 * What becomes of personal data.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

namespace block_cairn\privacy;

use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\userlist;

/**
 * The block keeps nothing about anybody. It lets Cairn read enrolments and completions, which Moodle keeps.
 */
class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /**
     * What is handed out, and to whom.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        return $collection->add_external_location_link('cairn', [
            'userid' => 'privacy:metadata:cairn:userid',
            'timeenrolled' => 'privacy:metadata:cairn:timeenrolled',
            'timecompleted' => 'privacy:metadata:cairn:timecompleted',
        ], 'privacy:metadata:cairn');
    }

    /**
     * Where the block keeps data of a user: nowhere.
     *
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        return new contextlist();
    }

    /**
     * Whose data the block keeps in a context: nobody's.
     *
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist): void {
    }

    /**
     * Nothing is kept, so there is nothing to export.
     *
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist): void {
    }

    /**
     * Nothing is kept, so there is nothing to delete.
     *
     * @param \context $context
     */
    public static function delete_data_for_all_users_in_context(\context $context): void {
    }

    /**
     * Nothing is kept, so there is nothing to delete.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist): void {
    }

    /**
     * Nothing is kept, so there is nothing to delete.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist): void {
    }
}
