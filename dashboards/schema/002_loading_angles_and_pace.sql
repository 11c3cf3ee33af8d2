-- Loading, angles, and what speed and surface come from; null in rows stored before.

ALTER TABLE strides ADD COLUMN duty_factor REAL;
ALTER TABLE strides ADD COLUMN average_loading_rate_gps REAL;
ALTER TABLE strides ADD COLUMN impulse_gs REAL;
ALTER TABLE strides ADD COLUMN impact_band_ratio REAL;
ALTER TABLE strides ADD COLUMN strike_class TEXT;
ALTER TABLE strides ADD COLUMN pronation_excursion_deg REAL;
ALTER TABLE strides ADD COLUMN tibia_angle_deg REAL;
ALTER TABLE strides ADD COLUMN braking_g REAL;
ALTER TABLE strides ADD COLUMN speed_source TEXT;

ALTER TABLE windows ADD COLUMN flight_time_left_s REAL;
ALTER TABLE windows ADD COLUMN flight_time_right_s REAL;
ALTER TABLE windows ADD COLUMN contact_asymmetry_pct REAL;
ALTER TABLE windows ADD COLUMN strike_angle_left_deg REAL;
ALTER TABLE windows ADD COLUMN strike_angle_right_deg REAL;
ALTER TABLE windows ADD COLUMN tibia_angle_left_deg REAL;
ALTER TABLE windows ADD COLUMN tibia_angle_right_deg REAL;
ALTER TABLE windows ADD COLUMN pronation_velocity_left_dps REAL;
ALTER TABLE windows ADD COLUMN pronation_velocity_right_dps REAL;
ALTER TABLE windows ADD COLUMN pace_variability_pct REAL;
ALTER TABLE windows ADD COLUMN speed_source TEXT;
ALTER TABLE windows ADD COLUMN surface TEXT;
ALTER TABLE windows ADD COLUMN surface_probability REAL;
