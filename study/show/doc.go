// Package show makes of a study's result what people and programs read: tables
// for a terminal, CSV, Go's benchmark format, plots and a page of HTML.
//
//	result.Result --+-- sections: tables, sentences, charts --+-- Text
//	                |                                         +-- HTML
//	                +-- Figures, Plots: PNG and SVG
//	                +-- CSV
//	                +-- Go
//
// It computes nothing but percentages: every number shown is the result's. What
// is the same in two results is the same bytes, in every form.
package show
