package ptxsim

func (c *compiler) ldmatrix() op { c.fail("ldmatrix is not understood"); return nil }
func (c *compiler) mma() op      { c.fail("mma is not understood"); return nil }
