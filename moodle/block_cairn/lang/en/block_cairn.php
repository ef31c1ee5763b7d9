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
 * Texts in English.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cairn:addinstance'] = 'Add a Cairn mentoring block';
$string['cairn:place'] = 'Place Cairn mentoring blocks by web service';
$string['cairn:readcompletions'] = 'Read enrolment and completion times in bulk by web service';
$string['configheight'] = 'Height';
$string['configheight_desc'] = 'Height of the frame in pixels, until the widget says how tall it is.';
$string['configtypeid'] = 'External tool';
$string['configtypeid_desc'] = 'The LTI 1.3 tool that the blocks open: Cairn as it is registered under Manage tools. Blocks that stand already keep the tool they were made with.';
$string['notool'] = 'Choose the external tool first: Site administration > Plugins > Blocks > Cairn mentoring.';
$string['notplaced'] = 'This block has no activity to open. Delete it and add it again, or place it from Cairn.';
$string['openalone'] = 'Open in the full window';
$string['pluginname'] = 'Cairn mentoring';
$string['privacy:metadata:cairn'] = 'Cairn, the mentoring companion of this site, reads who is enrolled in a course and who completed it, by a web service of this block. What its widgets exchange is told by the External tool activity.';
$string['privacy:metadata:cairn:timecompleted'] = 'When the user completed the course.';
$string['privacy:metadata:cairn:timeenrolled'] = 'When the user was enrolled in the course.';
$string['privacy:metadata:cairn:userid'] = 'The number of the user in Moodle.';
$string['stealthoff'] = '“Allow stealth activities” is switched off under Site administration > General > Advanced features. Without it the activities behind the blocks also show on the course pages.';
$string['unknownwidget'] = 'There is no such widget.';
$string['widget'] = 'Widget';
$string['widget_ask'] = 'Ask somebody who was here before';
$string['widget_check-in'] = 'Mentoring check-in';
$string['widget_feedback'] = 'Mentoring feedback';
$string['widget_mentoring'] = 'My mentoring';
