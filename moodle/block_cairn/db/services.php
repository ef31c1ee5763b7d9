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
 * Web-service functions.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'block_cairn_place' => [
        'classname' => 'block_cairn\external\place',
        'description' => 'Makes a widget of Cairn stand in a course by the block, takes it out, or tells where it stands.',
        'type' => 'write',
        'capabilities' => 'block/cairn:place',
    ],
    'block_cairn_get_completions' => [
        'classname' => 'block_cairn\external\get_completions',
        'description' => 'Tells for many courses at once who is enrolled and completed when, with raw times.',
        'type' => 'read',
        'capabilities' => 'block/cairn:readcompletions',
    ],
];
